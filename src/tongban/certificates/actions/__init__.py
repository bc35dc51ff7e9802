"""What may be done with certificates: issue, enter what stands on paper, open, change, replace, keys and wallets."""
