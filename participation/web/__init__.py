"""Flask glue that every feature's views share."""
