"""What is written in the generated pages of docs/? Made from the code, so never stale."""
