/** The SQL of docs/tables.md that says which claims stand, over all runs and exports, in what the databases of the others have in common. */

const COLUMNS = `claim_key, claim_id, claim_identity, replaces, replaces_claim_id, replaced_by_claim_id, claim_status, reason,
    person_key, member_id, payer, last_updated, transaction_time, job_id, batch, line`;

/** One row for each claim that is to be counted. */
export const CURRENT_CLAIMS = `create view current_claims as
with resource as (
  select
    ${COLUMNS}
  from medical_claim
  union
  select
    ${COLUMNS}
  from pharmacy_claim
),
-- Of each resource the version that was changed last, else the one of the last export.
version as (
  select
    resource.*,
    coalesce(claim_identity, coalesce(payer, '') || '|' || claim_id) as identity,
    coalesce(last_updated, transaction_time, '') as changed,
    row_number() over (
      partition by claim_key
      order by coalesce(last_updated, transaction_time, '') desc, coalesce(transaction_time, '') desc, job_id desc, batch desc, line desc
    ) as place
  from resource
),
-- Of a claim that a payer has under several ids, the same.
of_payer as (
  select
    version.*,
    row_number() over (
      partition by payer, identity order by changed desc, coalesce(transaction_time, '') desc, claim_key
    ) as place_at_payer
  from version
  where place = 1 and coalesce(claim_status, '') not in ('draft', 'entered-in-error')
),
claim as (
  select * from of_payer where place_at_payer = 1
),
standing as (
  select
    claim.*,
    row_number() over (
      partition by identity order by changed desc, coalesce(transaction_time, '') desc, claim_key
    ) as place_of_all
  from claim
  where claim_status = 'active'
    and replaced_by_claim_id is null
    and coalesce(reason, '') not in ('ownData', 'unclear')
    -- Adjusted, in whatever export the new claim came: a cancelled one counts too.
    and not exists (select 1 from claim newer where newer.replaces = claim.claim_identity)
    and not exists (
      select 1 from claim newer
      where newer.replaces_claim_id = claim.claim_id and coalesce(newer.payer, '') = coalesce(claim.payer, '')
        and (newer.replaces is null or claim.claim_identity is null)
    )
    -- Another payer sends the same claim, and says that it was cancelled or replaced.
    and not exists (
      select 1 from claim other
      where other.identity = claim.identity and other.claim_key <> claim.claim_key
        and (other.claim_status = 'cancelled' or other.replaced_by_claim_id is not null)
    )
)
select
  claim_key, claim_id, claim_identity, person_key, member_id, payer, last_updated, transaction_time, job_id, batch, line
from standing
where place_of_all = 1;`;

/** The lines of the claims that stand, where a table holds several versions of a claim. */
export const CURRENT_LINES = `select line.*
from medical_claim line
join current_claims current_claim
  on current_claim.claim_key = line.claim_key
  and current_claim.job_id is not distinct from line.job_id
  and current_claim.batch is not distinct from line.batch
  and current_claim.line is not distinct from line.line;`;
