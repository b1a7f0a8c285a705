"""What the charts show and where: geometry as plain numbers, drawn as SVG by a template. No database, no web."""
