/** Capability statements as servers of these kinds give them, cut to what is read. */

const patient = (operation: object[], more: object = {}) => ({
	type: 'Patient',
	interaction: [{ code: 'read' }, { code: 'search-type' }],
	searchParam: [
		{ name: '_id', type: 'token' },
		{ name: 'identifier', type: 'token' },
	],
	operation,
	...more,
});
const US = 'http://hl7.org/fhir/us';
const BULK = 'http://hl7.org/fhir/uv/bulkdata';
const definitions = {
	memberMatch: { name: 'member-match', definition: `${US}/davinci-hrex/OperationDefinition/member-match` },
	bulkMatch: {
		name: 'bulk-member-match',
		definition: `${US}/davinci-pdex/OperationDefinition/BulkMemberMatch`,
		documentation: 'Client will submit multi-member-match-request bundle.',
	},
	davinci: {
		name: 'davinci-data-export',
		definition: `${US}/davinci-atr/OperationDefinition/davinci-data-export`,
	},
};

export const STATEMENTS = {
	/** PDex 2.2, "PDex Payer Access Server". */
	pdex22: {
		resourceType: 'CapabilityStatement',
		fhirVersion: '4.0.1',
		publisher: 'HL7 International / Financial Management',
		instantiates: [`${US}/davinci-pdex/CapabilityStatement/pdex-payer-access-server|2.2.0`],
		rest: [
			{
				mode: 'server',
				resource: [
					patient([definitions.memberMatch]),
					{ type: 'Group', operation: [definitions.bulkMatch, definitions.davinci] },
				],
			},
		],
	},
	/** The sample server of SMART (smart-on-fhir/bulk-data-server), R4. */
	smartBulk: {
		resourceType: 'CapabilityStatement',
		fhirVersion: '4.0.1',
		publisher: "Boston Children's Hospital",
		instantiates: [`${BULK}/CapabilityStatement/bulk-data`],
		software: { name: 'SMART Sample Bulk Data Server', version: '2.1.1' },
		rest: [
			{
				mode: 'server',
				resource: [
					{
						type: 'Patient',
						operation: [{ name: 'export', definition: `${BULK}/OperationDefinition/patient-export` }],
					},
					{
						type: 'Group',
						operation: [{ name: 'export', definition: `${BULK}/OperationDefinition/group-export` }],
					},
					{ type: 'OperationDefinition', interaction: [{ code: 'read' }] },
				],
				operation: [
					{ name: 'get-resource-counts', definition: 'OperationDefinition/-s-get-resource-counts' },
					{ name: 'export', definition: `${BULK}/OperationDefinition/export` },
				],
			},
		],
	},
	/** The same in STU3, where a definition is a Reference. */
	smartBulkStu3: {
		resourceType: 'CapabilityStatement',
		fhirVersion: '3.0.1',
		software: { name: 'SMART Sample Bulk FHIR Server', version: '1.0' },
		rest: [
			{
				mode: 'server',
				resource: [{ type: 'Patient', interaction: [{ code: 'read' }] }],
				operation: [
					{ name: 'export', definition: { reference: `${BULK}/OperationDefinition/group-export` } },
				],
			},
		],
	},
	/** HAPI FHIR: operations of types stand with the server too, by names of its own. */
	hapi: {
		resourceType: 'CapabilityStatement',
		fhirVersion: '4.0.1',
		software: { name: 'HAPI FHIR Server', version: '7.2.0' },
		implementation: { description: 'HAPI FHIR', url: 'https://hapi.example/fhir' },
		rest: [
			{
				mode: 'server',
				resource: [
					patient([{ name: 'everything', definition: 'OperationDefinition/Patient-it-everything' }]),
				],
				operation: [
					{ name: 'export', definition: 'OperationDefinition/Group-i-export' },
					{ name: 'export', definition: 'OperationDefinition/Patient--export' },
					{ name: 'davinci-data-export', definition: 'OperationDefinition/Group-i-davinci-data-export' },
					{ name: 'member-match', definition: 'OperationDefinition/Patient-t-member-match' },
				],
			},
		],
	},
	/** A server that states paths in place of definitions. */
	paths: {
		resourceType: 'CapabilityStatement',
		fhirVersion: '4.0.1',
		rest: [
			{
				operation: [
					{ name: 'export', definition: 'https://payer.example/fhir/Group/{id}/$export' },
					{ name: 'export', definition: 'https://payer.example/fhir/Patient/$export' },
				],
			},
		],
	},
	smile: {
		resourceType: 'CapabilityStatement',
		fhirVersion: '4.0.1',
		software: { name: 'Smile CDR' },
		implementationGuide: [
			`${US}/davinci-pdex/ImplementationGuide/hl7.fhir.us.davinci-pdex|2.1.0`,
			`${US}/davinci-hrex/ImplementationGuide/hl7.fhir.us.davinci-hrex|1.1.0`,
			`${BULK}/ImplementationGuide/hl7.fhir.uv.bulkdata|2.0.0`,
		],
		rest: [
			{
				resource: [
					patient([definitions.memberMatch]),
					{
						type: 'Group',
						operation: [
							definitions.bulkMatch,
							{ ...definitions.davinci, documentation: 'Takes _since, _type and _typeFilter.' },
						],
					},
				],
			},
		],
	},
	azure: {
		resourceType: 'CapabilityStatement',
		fhirVersion: '4.0.1',
		publisher: 'Microsoft',
		software: { name: 'Azure Healthcare APIs' },
		rest: [
			{
				resource: [patient([definitions.memberMatch])],
				operation: [
					{ name: 'export', definition: 'https://payer.azurehealthcareapis.com/OperationDefinition/export' },
					{
						name: 'patient-export',
						definition: 'https://payer.azurehealthcareapis.com/OperationDefinition/patient-export',
					},
					{
						name: 'group-export',
						definition: 'https://payer.azurehealthcareapis.com/OperationDefinition/group-export',
					},
				],
			},
		],
	},
	/** Of Patient Access, by DSTU2. */
	dstu2: {
		resourceType: 'Conformance',
		fhirVersion: '1.0.2',
		software: { name: 'Cerner Millennium' },
		rest: [{ mode: 'server', resource: [{ type: 'Patient', interaction: [{ code: 'read' }] }] }],
	},
} as const;
