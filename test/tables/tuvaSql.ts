/** The SQL of docs/tables.md, in what PostgreSQL, Snowflake, BigQuery, Databricks and DuckDB have in common. */

const PLACES = Array.from({ length: 25 }, (_, index) => index + 1);
const lines = (texts: string[], indent: string) => texts.map((text) => `${indent}${text}`).join(',\n');
const pivoted = (columns: Array<[column: string, name: string]>) =>
	lines(
		columns.flatMap(([column, name]) =>
			PLACES.map((place) => `max(case when place = ${place} then ${column} end) as ${name}_${place}`),
		),
		'    ',
	);
const numbered = (...names: string[]) => names.flatMap((name) => PLACES.map((place) => `${name}_${place}`));

/** NPI and tax number of whoever a key column means. */
export const PROVIDERS = `create view provider as
select
  p.practitioner_key,
  max(coalesce(p.npi, who.npi, place.npi)) as npi,
  max(coalesce(p.tin, who.tin, place.tin)) as tin
from practitioner p
left join practitioner who on who.practitioner_key = p.role_practitioner_key
left join practitioner place on place.practitioner_key = p.role_organization_key
group by p.practitioner_key;`;

/** Tuva's medical_claim. */
export const MEDICAL_CLAIM = `create view tuva_medical_claim as
with line as (
  select m.*, row_number() over (partition by claim_key, claim_line_number order by last_updated desc) as version
  from medical_claim m
  where current_flag = 1
    and not exists (
      select 1 from medical_claim newer
      where newer.replaces_claim_id = m.claim_id and newer.payer = m.payer and newer.claim_status in ('active', 'cancelled')
    )
),
diagnosis_place as (
  select
    claim_key, diagnosis_code, diagnosis_code_type, present_on_admit_code,
    row_number() over (partition by claim_key order by first_rank, diagnosis_code) as place
  from (
    select
      claim_key, diagnosis_code, max(diagnosis_code_type) as diagnosis_code_type,
      max(present_on_admit_code) as present_on_admit_code, min(rank) as first_rank
    from claim_diagnosis
    where diagnosis_code is not null
      and coalesce(diagnosis_type, 'other') not in ('admitting', 'patientreasonforvisit')
    group by claim_key, diagnosis_code
  ) each_once
),
diagnosis as (
  select
    claim_key,
    max(diagnosis_code_type) as diagnosis_code_type,
${pivoted([
	['diagnosis_code', 'diagnosis_code'],
	['present_on_admit_code', 'diagnosis_poa'],
])}
  from diagnosis_place
  group by claim_key
),
procedure_place as (
  select
    claim_key, procedure_code, procedure_code_type, procedure_date,
    row_number() over (partition by claim_key order by first_rank, procedure_code) as place
  from (
    select
      claim_key, procedure_code, procedure_date, max(procedure_code_type) as procedure_code_type, min(rank) as first_rank
    from claim_procedure
    where procedure_code is not null
    group by claim_key, procedure_code, procedure_date
  ) each_once
),
procedures as (
  select
    claim_key,
    max(procedure_code_type) as procedure_code_type,
${pivoted([
	['procedure_code', 'procedure_code'],
	['procedure_date', 'procedure_date'],
])}
  from procedure_place
  group by claim_key
),
member as (
  select person_key, max(payer_member_id) as payer_member_id from patient group by person_key
),
coverage as (
  select coverage_key, max(plan) as plan, max(payer_name) as payer_name from eligibility group by coverage_key
)
select
  line.claim_id,
  line.claim_line_number,
  line.claim_type,
  coalesce(line.member_id, line.person_key) as person_id,
  coalesce(member.payer_member_id, line.person_key) as member_id,
  coalesce(line.insurer_name, coverage.payer_name, line.payer) as payer,
  coverage.plan,
  line.claim_start_date,
  coalesce(line.claim_end_date, line.claim_start_date) as claim_end_date,
  line.claim_line_start_date,
  coalesce(line.claim_line_end_date, line.claim_line_start_date) as claim_line_end_date,
${lines(
	[
		...[
			'admission_date',
			'discharge_date',
			'admit_source_code',
			'admit_type_code',
			'discharge_disposition_code',
		],
		...['place_of_service_code', 'bill_type_code', 'drg_code_type', 'drg_code', 'revenue_center_code'],
		...['service_unit_quantity', 'hcpcs_code', 'hcpcs_modifier_1', 'hcpcs_modifier_2', 'hcpcs_modifier_3'],
		...['hcpcs_modifier_4', 'hcpcs_modifier_5'],
	].map((name) => `line.${name}`),
	'  ',
)},
  rendering.npi as rendering_npi,
  rendering.tin as rendering_tin,
  billing.npi as billing_npi,
  billing.tin as billing_tin,
  coalesce(facility.npi, case when line.claim_type = 'institutional' then billing.npi end) as facility_npi,
  line.paid_date,
${lines(
	['paid', 'allowed', 'charge', 'coinsurance', 'copayment', 'deductible', 'total_cost'].map(
		(name) => `line.${name}_amount`,
	),
	'  ',
)},
  diagnosis.diagnosis_code_type,
${lines(numbered('diagnosis.diagnosis_code', 'diagnosis.diagnosis_poa'), '  ')},
  procedures.procedure_code_type,
${lines(numbered('procedures.procedure_code', 'procedures.procedure_date'), '  ')},
  line.in_network_flag,
  line.payer as data_source,
  line.job_id as file_name,
  cast(substr(line.transaction_time, 1, 10) as date) as file_date,
  current_timestamp as ingest_datetime
from line
left join diagnosis on diagnosis.claim_key = line.claim_key
left join procedures on procedures.claim_key = line.claim_key
left join member on member.person_key = line.person_key
left join coverage on coverage.coverage_key = line.coverage_key
left join provider rendering on rendering.practitioner_key = line.rendering_key
left join provider billing on billing.practitioner_key = line.billing_key
left join provider facility on facility.practitioner_key = line.facility_key
where line.version = 1;`;

/** Tuva's pharmacy_claim. */
export const PHARMACY_CLAIM = `create view tuva_pharmacy_claim as
select
  line.claim_id,
  line.claim_line_number,
  coalesce(line.member_id, line.person_key) as person_id,
  line.insurer_name as payer,
  prescribing.npi as prescribing_provider_npi,
  dispensing.npi as dispensing_provider_npi,
  line.dispensing_date,
  line.ndc_code,
  line.quantity,
  cast(line.days_supply as integer) as days_supply,
  cast(line.refills as integer) as refills,
  line.paid_date,
  line.in_network_flag,
  line.payer as data_source
from pharmacy_claim line
left join provider prescribing on prescribing.practitioner_key = line.prescribing_key
left join provider dispensing on dispensing.practitioner_key = line.dispensing_key
where line.current_flag = 1;`;

/** Tuva's eligibility. */
export const ELIGIBILITY = `create view tuva_eligibility as
select
  coalesce(e.member_id, e.person_key) as person_id,
  coalesce(e.payer_member_id, p.payer_member_id, e.person_key) as member_id,
  e.subscriber_id,
  e.subscriber_relation,
  e.enrollment_start_date,
  coalesce(e.enrollment_end_date, cast('9999-12-31' as date)) as enrollment_end_date,
  coalesce(e.payer_name, e.payer) as payer,
  e.payer_type,
  coalesce(e.plan, e.plan_id) as plan,
  e.group_id,
  e.group_name,
  p.first_name, p.middle_name, p.last_name, p.name_suffix,
  p.sex, p.race, p.ethnicity, p.birth_date, p.death_date, p.death_flag,
  p.address, p.city, p.state, p.zip_code, p.phone, p.email,
  e.payer as data_source
from eligibility e
left join patient p on p.person_key = e.person_key
where e.enrollment_start_date is not null and e.coverage_status in ('active', 'cancelled');`;
