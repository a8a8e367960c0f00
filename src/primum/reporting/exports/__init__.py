"""What other programs read: JUnit XML, CSV, Markdown, and the evidence bundle. One file a format."""
