"""How answers look: words, numbers and dates in the reader's language, addresses, templates, responses."""
