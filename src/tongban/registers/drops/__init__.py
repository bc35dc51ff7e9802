"""Batches that agencies drop for a register: rows of a table on a front-end machine (前置机), files in a folder.

A *drop* is where batches arrive, a *batch* a set of rows with a number of its own and a declared count. Only a whole
batch lands, in one transaction and one entry; the same batch again changes nothing; half a batch waits and is shown;
what is wrong with a row is returned beside it, what is wrong with a batch sets it aside with the reason.
"""
