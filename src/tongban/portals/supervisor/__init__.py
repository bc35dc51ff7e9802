"""The pages of those who watch: auditors read the journal and take proofs along; they change nothing."""
