"""What a reader takes away of a view: rows, feeds, references, packs and linked data, one module for each format."""
