-- A new dialogue with its first message, in one statement that is its own transaction. It unlocks and writes down (`access`'s own
-- parts), lets the author's turn come, puts both in, tells of it, and lets the draft that it was be no more (hk_begin_thread). Where
-- something hinders it, or this form has sent its message before, it fails.
WITH {unlocking}
SELECT hk_begin_thread(%(thread)s::json, %(message)s::json, %(edition)s, %(today)s, %(most)s, %(listeners)s, %(event)s::json)
FROM unlocked
