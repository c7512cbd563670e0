//! Files of rows from other programs become changes.
