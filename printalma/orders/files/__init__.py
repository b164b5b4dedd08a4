"""What orders are printed from: the original pictures, each or all in one ZIP, and each view as an SVG file."""
