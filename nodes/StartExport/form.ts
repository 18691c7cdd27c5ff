import type { INodeProperties } from 'n8n-workflow';
import { KEEP_ANSWER_FIELD } from '../shared/n8n/keepAnswer';
import { concurrencyField, keepTryingField } from '../shared/n8n/parameters';
import {
	emptyFieldsNotice,
	PAYER_FIELDS,
	shownInCollectionWhere,
	shownWhere,
	tenantField,
} from '../shared/payers/form';

/** R4 resource types that payers send in a payer-to-payer exchange (PDex, US Core, CARIN Blue Button), by what people call them. */
const TYPES: Record<string, string> = {
	AllergyIntolerance: 'Allergies',
	QuestionnaireResponse: 'Answered Questionnaires',
	CarePlan: 'Care Plans',
	CareTeam: 'Care Teams',
	ClaimResponse: 'Claim Decisions',
	ExplanationOfBenefit: 'Claims',
	Claim: 'Claims as Submitted',
	Condition: 'Conditions and Diagnoses',
	Coverage: 'Coverages',
	Device: 'Devices',
	DiagnosticReport: 'Diagnostic Reports',
	MedicationDispense: 'Dispensed Medications',
	DocumentReference: 'Documents',
	Goal: 'Goals',
	Immunization: 'Immunizations',
	Observation: 'Lab Results and Measurements',
	Medication: 'Medications',
	Patient: 'Members',
	ServiceRequest: 'Orders and Referrals',
	Organization: 'Organizations',
	Provenance: 'Origin of the Data',
	Location: 'Places of Care',
	PractitionerRole: 'Practitioner Roles',
	Practitioner: 'Practitioners',
	MedicationRequest: 'Prescriptions',
	Procedure: 'Procedures',
	RelatedPerson: 'Related Persons',
	Specimen: 'Specimens',
	Encounter: 'Visits and Stays',
};

/** FHIR Bulk Data parameters that a gateway with its own contract may not support. */
const STANDARD_ONLY = shownInCollectionWhere('standardQuery');

/** The form of Start Export. */
export const startExportForm: INodeProperties[] = [
	emptyFieldsNotice('the item that Member Match gives'),
	...PAYER_FIELDS,
	tenantField('Comes from Member Match.'),
	{
		displayName: 'Group ID',
		name: 'groupId',
		type: 'string',
		default: '',
		placeholder: 'e.g. cmk1cuald0005l701sdo7gs8c',
		description: 'What the payer calls the matched member in exports. Comes from Member Match.',
	},
	{
		displayName: 'Patient ID',
		name: 'patientId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 1001',
		displayOptions: shownWhere('patientId'),
		description:
			'What the payer calls the matched member, where the match brought no group. Comes from Member Match.',
	},
	{
		displayName: 'Resource Types',
		name: 'resourceTypes',
		type: 'multiOptions',
		default: [],
		options: Object.entries(TYPES).map(([type, name]) => ({ name: `${name} (${type})`, value: type })),
		description: 'Which kinds of FHIR resources to export. None chosen: all that the payer has.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Allow Partial Manifests',
				name: 'allowPartialManifests',
				type: 'boolean',
				displayOptions: STANDARD_ONLY,
				default: false,
				description:
					'Whether the payer may list the files of a large export in parts (Bulk Data 3). Wait For Export reads all parts.',
			},
			concurrencyField('How many exports to start at the same time', 50),
			{
				displayName: 'Date of Service From',
				name: 'dateOfServiceFrom',
				type: 'dateTime',
				default: '={{ $today.minus({ years: 5 }).toISODate() }}',
				description:
					'Only care from this day on, asked for by one _typeFilter for each type that has a date of service. CMS-0057 wants five years. A payer may ignore it and send more.',
			},
			{
				displayName: 'Elements',
				name: 'elements',
				type: 'string',
				displayOptions: STANDARD_ONLY,
				default: '',
				placeholder: 'e.g. status, code, Patient.name',
				description:
					'Only these elements of each resource, divided by commas (_elements). What comes is not whole: do not store it over resources that are. Empty: all.',
			},
			{
				displayName: 'Include Associated Data',
				name: 'includeAssociatedData',
				type: 'multiOptions',
				displayOptions: STANDARD_ONLY,
				default: [],
				options: [
					{
						name: 'Latest Provenance',
						value: 'LatestProvenanceResources',
						description: 'Where the last version of each resource comes from',
					},
					{
						name: 'Relevant Provenance',
						value: 'RelevantProvenanceResources',
						description: 'Where each resource comes from, all its history',
					},
				],
				description: 'What to send besides the resources asked for. Not every payer knows it.',
			},
			KEEP_ANSWER_FIELD,
			keepTryingField(
				'How long to ask again where the payer says that another export is running or that it is asked too often (HTTP 429), or certainly did not start the export (HTTP 503, no connection)',
			),
			{
				displayName: 'More Query Parameters',
				name: 'query',
				type: 'fixedCollection',
				typeOptions: { multipleValues: true },
				placeholder: 'Add Parameter',
				default: {},
				description: 'Sent with the request as they are; a name may occur several times',
				options: [
					{
						displayName: 'Parameter',
						name: 'parameter',
						values: [
							{
								displayName: 'Name',
								name: 'name',
								type: 'string',
								default: '',
								placeholder: 'e.g. _typeFilter',
							},
							{
								displayName: 'Value',
								name: 'value',
								type: 'string',
								default: '',
								placeholder: 'e.g. Encounter?date=ge2022-01-01',
							},
						],
					},
				],
			},
			{
				displayName: 'Organize Output By',
				name: 'organizeOutputBy',
				type: 'string',
				displayOptions: STANDARD_ONLY,
				default: 'Patient',
				placeholder: 'e.g. Patient',
				description:
					'One block of all resources for each patient, in place of one file for each type (Bulk Data 3). Fetch Batch reads both.',
			},
			{
				displayName: 'Other Resource Types',
				name: 'otherTypes',
				type: 'string',
				default: '',
				placeholder: 'e.g. NutritionOrder, VisionPrescription',
				description: 'Further FHIR R4 resource types, divided by commas',
			},
			{
				displayName: 'Patients',
				name: 'patients',
				type: 'string',
				displayOptions: STANDARD_ONLY,
				default: '',
				placeholder: 'e.g. Patient/1001, Patient/1002',
				description:
					'Only these of the group, as the payer calls them, divided by commas. Sent by POST, which not every payer takes.',
			},
			{
				displayName: 'Since',
				name: 'since',
				type: 'dateTime',
				default: '',
				description:
					'Only resources that the payer last updated after this time. This is not the date of service: to get the history of a member, as for a first export, leave it empty. Without a time zone, the time zone of the workflow counts.',
			},
			{
				displayName: 'Until',
				name: 'until',
				type: 'dateTime',
				default: '',
				description:
					'Only resources that the payer last updated before this time. Not every payer knows it. Without a time zone, the time zone of the workflow counts.',
			},
			{
				displayName: 'Use Running Exports',
				name: 'useRunningExports',
				type: 'boolean',
				default: false,
				description:
					'Whether an export that an earlier run of this workflow started within 7 days, for the very same request, is used again in place of starting one more. Kept for published workflows only: a test run keeps none and uses none.',
			},
			{
				displayName: 'Wait for Answer (Seconds)',
				name: 'answerSeconds',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 120,
				description:
					'How long the payer may take to begin its answer. An export that was asked for is not asked for again after that, since the payer may have started it.',
			},
		],
	},
];
