"""What is written in docs/commands.md, docs/events.md and docs/policy.md? Made from the code, so never stale."""
