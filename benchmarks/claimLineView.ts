const code = (name: string, path: string, type = 'code') => ({ name, path, type });
const info = (category: string, rest: string) =>
	`supportingInfo.where(category.coding.where(code = '${category}').exists()).${rest}.first()`;

/** The lines of claims in 21 columns, as a plan's own warehouse may have them (SQL on FHIR v2, shareable). */
export const claimLineView = {
	resourceType: 'ViewDefinition',
	name: 'claim_line',
	status: 'draft' as const,
	resource: 'ExplanationOfBenefit',
	constant: [
		{ name: 'idtype', valueUri: 'http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType' },
		{ name: 'claimtype', valueUri: 'http://terminology.hl7.org/CodeSystem/claim-type' },
		{ name: 'cpt', valueUri: 'http://www.ama-assn.org/go/cpt' },
		{ name: 'hcpcs', valueUri: 'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets' },
	],
	where: [{ path: "use = 'claim'" }, { path: "type.coding.where(code = 'pharmacy').exists().not()" }],
	select: [
		{
			column: [
				code('eob_key', 'getResourceKey()', 'string'),
				code(
					'claim_id',
					"identifier.where(type.coding.where(system = %idtype and code = 'uc').exists()).value.first()",
					'string',
				),
				code('person_key', 'patient.getReferenceKey(Patient)', 'string'),
				code('claim_status', 'status'),
				code('claim_type', 'type.coding.where(system = %claimtype).code.first()'),
				code('claim_start_date', 'billablePeriod.start', 'dateTime'),
				code('claim_end_date', 'billablePeriod.end', 'dateTime'),
				code('bill_type_code', info('typeofbill', 'code.coding.code')),
				code('admission_date', info('admissionperiod', 'timing.ofType(Period).start'), 'dateTime'),
				code('discharge_code', info('discharge-status', 'code.coding.code')),
				code(
					'replaced_by',
					"related.where(relationship.coding.where(code = 'replacedby').exists()).reference.value.first()",
					'string',
				),
				code(
					'rendering_key',
					"careTeam.where(role.coding.where(code = 'rendering').exists()).provider.first().getReferenceKey()",
					'string',
				),
				code('billing_key', 'provider.getReferenceKey()', 'string'),
			],
		},
		{
			forEachOrNull: 'item',
			column: [
				code('claim_line_number', 'sequence', 'positiveInt'),
				code('hcpcs_code', 'productOrService.coding.where(system = %cpt or system = %hcpcs).code.first()'),
				code('modifier', 'modifier.first().coding.code.first()'),
				code('revenue_code', 'revenue.coding.code.first()'),
				code('place_of_service', 'location.ofType(CodeableConcept).coding.code.first()'),
				code('units', 'quantity.value', 'decimal'),
				code('service_date', 'serviced.ofType(date)', 'date'),
				code('service_start', 'serviced.ofType(Period).start', 'dateTime'),
			],
		},
	],
};
