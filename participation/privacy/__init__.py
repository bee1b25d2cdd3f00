"""Personal data over all features: how long it is kept, by which key, and erased again."""
