"""People, departments (a tree), roles and sign-in."""
