-- What people have chosen about some citizens: all of them, or some receivers alone.
SELECT receiver_id, about_id, kind, channel, mode, digest_hour FROM preference
WHERE about_id = ANY (%(about)s::uuid[])
    AND (%(receivers)s::uuid[] IS NULL OR receiver_id = ANY (%(receivers)s::uuid[]))
