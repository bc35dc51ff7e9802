"""The service standard (服务标准): what every guide and every form owes people, as rules that gate publishing.

A rule is a row of a pack with its law; `judging` holds an item against the rules, the same way for `packs check`, for a
draft in the editor and for what is in force. Pure but for `content`, which reads packs.
"""
