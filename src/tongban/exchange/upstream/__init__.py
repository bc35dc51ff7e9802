"""Sources outside our database: how they are asked, what is journalled of it, and what keeps them from hurting us.

A question that leaves us is journalled (`asked`) and committed before it leaves, and its end (`answered`, `failed`) before
anything of the answer is released; between the two no transaction is open. An *inquiry* is a question on its way; one
that stays was never answered, since its process ended. A *permit* bounds how many are on their way at a time.
"""
