import type { INodeProperties } from 'n8n-workflow';
import { MAX_PREFIX_CHARS } from './ownIds';

/** The option Prepare For My Server. */
export const PREPARE_OPTION: INodeProperties = {
	displayName: 'Prepare For My Server',
	name: 'prepare',
	type: 'fixedCollection',
	displayOptions: { show: { '/outputAs': ['bundles', 'bundlesText', 'file'] } },
	default: {},
	placeholder: 'Prepare',
	description:
		"Writes the resources for your own FHIR server: with IDs of your own, so that nothing of one payer overwrites what another sent, references to match, where they came from, and a Provenance. All else stays as the payer wrote it. What is rejected or of other patients keeps the payer's IDs.",
	options: [
		{
			displayName: 'Settings',
			name: 'settings',
			values: [
				{
					displayName: 'Address of Your Plan',
					name: 'ownAddress',
					type: 'string',
					default: '',
					placeholder: 'e.g. https://plan.example/fhir',
					description:
						'Begins the systems of the tags, so that nobody else has the same. Needed for Source Tags.',
				},
				{
					displayName: 'ID Prefix',
					name: 'idPrefix',
					type: 'string',
					default: '',
					placeholder: 'e.g. bison',
					description: `Begins each ID, for people who read them. At most ${MAX_PREFIX_CHARS} letters, digits, dots and dashes; can be left empty.`,
				},
				{
					displayName: "Member's Patient",
					name: 'memberPatient',
					type: 'options',
					default: 'own',
					options: [
						{
							name: "The Payer's, Linked with Yours",
							value: 'payer',
							description: "References name the payer's Patient by its new ID",
						},
						{
							name: 'Yours',
							value: 'own',
							description: "References to the member name your own Patient, whom the payer's is linked with",
						},
					],
					description:
						"Which Patient the references name where Own Patient ID is known. The payer's Patient is stored either way, and never overwrites yours.",
				},
				{
					displayName: 'Name of Your Plan',
					name: 'ownName',
					type: 'string',
					default: '',
					placeholder: 'e.g. Prairie Health Plan',
					description: 'For the Provenance. Needed for it.',
				},
				{
					displayName: 'NPI of Your Plan',
					name: 'ownNpi',
					type: 'string',
					default: '',
					placeholder: 'e.g. 1234567893',
					description: 'National Provider Identifier, for the Provenance',
				},
				{
					displayName: 'Own Patient ID',
					name: 'ownPatientId',
					type: 'string',
					default: '',
					placeholder: 'e.g. 8812',
					description:
						'ID of the member\'s Patient on your server. Left empty, it is read from the item: the column "ownPatientId" of the roster comes along from Member Match.',
				},
				{
					displayName: 'Provenance',
					name: 'provenance',
					type: 'boolean',
					default: true,
					description:
						'Whether to add a Provenance that names you as the custodian and the payer as the sender (PDex), one for each Bundle. An NDJSON file gets them in a file beside it.',
				},
				{
					displayName: 'Source Tags',
					name: 'sourceTags',
					type: 'boolean',
					default: true,
					description:
						"Whether to tag each resource with the payer and the export it came from (meta.source, meta.tag). Nothing of the payer's meta is lost.",
				},
			],
		},
	],
};
