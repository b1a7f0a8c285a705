"""What the pages ask of a release. Functions take the session first; they return frozen structs, never rows."""
