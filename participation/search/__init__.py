"""Finding what is public: an index written with each publication, and the search over it."""
