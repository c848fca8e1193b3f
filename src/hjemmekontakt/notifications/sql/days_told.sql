-- The days on which somebody was, or is to be, told of a visit to somebody, of those that are asked about.
SELECT DISTINCT asked.receiver_id, asked.about_id, asked.day
FROM unnest(%(receivers)s::uuid[], %(about)s::uuid[], %(days)s::date[]) AS asked(receiver_id, about_id, day)
    JOIN notice n ON n.receiver_id = asked.receiver_id AND n.about_id = asked.about_id AND n.kind = 'visit-performed'
        AND n.decided_at >= asked.day - 1 AND n.decision IN ('due', 'sent', 'same-address', 'failed', 'no-contact')
        AND (("values"->>'happened')::timestamptz AT TIME ZONE 'Europe/Oslo')::date = asked.day
