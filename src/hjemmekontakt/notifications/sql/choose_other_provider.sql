-- Writes that notices which one provider has refused for certain are about to be handed to another.
UPDATE notice SET sms_provider = asked.wanted
FROM unnest(%(ids)s::uuid[], %(providers)s::text[]) AS asked(id, wanted)
WHERE notice.id = asked.id AND decision = 'due' AND leased_until = %(lease)s
RETURNING notice.id
