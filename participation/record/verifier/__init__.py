"""The parts that verify.py is put together from; they know the standard library and the format.

`participation.record.shipped` joins them in its order; nothing here may import the platform.
They run on Python 3.8.
"""
