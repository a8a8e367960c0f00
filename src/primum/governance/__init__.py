"""Controls of published frameworks, versioned, and which tests give evidence for them."""
