import type { Dialect, DialectRules } from './dialects';

const DEFINITIONS = {
	'member-match': 'http://hl7.org/fhir/us/davinci-hrex/OperationDefinition/member-match',
	'bulk-member-match': 'http://hl7.org/fhir/us/davinci-pdex/OperationDefinition/BulkMemberMatch',
	'davinci-data-export': 'http://hl7.org/fhir/us/davinci-atr/OperationDefinition/davinci-data-export',
	'patient-export': 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export',
	'group-export': 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition/group-export',
};

type Operation = fhir4.CapabilityStatementRestResourceOperation;

function operation(defined: keyof typeof DEFINITIONS): Operation {
	return { name: defined.replace(/^(?:patient|group)-/, ''), definition: DEFINITIONS[defined] };
}

/** What a payer states about itself; the operations stand with the resource that they are asked for on. */
export function capabilitiesOf(dialect: Dialect, rules: DialectRules): fhir4.CapabilityStatement {
	const { groupExport, patientExport, bulkMatch } = rules;
	const ofGroup: Operation[] = [
		...(bulkMatch ? [operation('bulk-member-match')] : []),
		...(groupExport?.operation === '$davinci-data-export' ? [operation('davinci-data-export')] : []),
		...(groupExport?.operation === '$export' ? [operation('group-export')] : []),
	];
	return {
		resourceType: 'CapabilityStatement',
		status: 'active',
		date: '2026-06-30',
		kind: 'instance',
		fhirVersion: '4.0.1',
		format: ['application/fhir+json'],
		implementation: { description: `Sandbox payer ${dialect}: all members are synthetic` },
		rest: [
			{
				mode: 'server',
				resource: [
					{
						type: 'Patient',
						interaction: [{ code: 'read' }, { code: 'search-type' }],
						searchParam: [{ name: 'identifier', type: 'token' }],
						operation: [
							operation('member-match'),
							...(patientExport.length > 0 ? [operation('patient-export')] : []),
						],
					},
					...(ofGroup.length > 0
						? [
								{
									type: 'Group' as const,
									interaction: [{ code: 'read' as const }, { code: 'search-type' as const }],
									searchParam: [{ name: 'identifier', type: 'token' as const }],
									operation: ofGroup,
								},
							]
						: []),
				],
			},
		],
	};
}
