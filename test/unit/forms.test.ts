import {
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeType,
} from 'n8n-workflow';
import { CheckPayer } from '../../nodes/CheckPayer/CheckPayer.node';
import { FetchBatch } from '../../nodes/FetchBatch/FetchBatch.node';
import { FetchDocuments } from '../../nodes/FetchDocuments/FetchDocuments.node';
import { MemberMatch } from '../../nodes/MemberMatch/MemberMatch.node';
import { FhirToTable } from '../../nodes/FhirToTable/FhirToTable.node';
import { MemberOutcomes } from '../../nodes/MemberOutcomes/MemberOutcomes.node';
import { ReadNdjsonFile } from '../../nodes/ReadNdjsonFile/ReadNdjsonFile.node';
import { StartExport } from '../../nodes/StartExport/StartExport.node';
import { WaitForExport } from '../../nodes/WaitForExport/WaitForExport.node';
import { PAYER_KINDS } from '../../nodes/shared/payers';

const NODES = [
	new MemberMatch(),
	new StartExport(),
	new WaitForExport(),
	new FetchBatch(),
	new FetchDocuments(),
	new ReadNdjsonFile(),
	new FhirToTable(),
	new MemberOutcomes(),
	new CheckPayer(),
];

/** A node as n8n opens it: with its defaults, and what was stored. */
function opened({ description }: INodeType, typeVersion: number, stored: INodeParameters = {}) {
	const node: INode = {
		id: '1',
		name: description.displayName,
		type: description.name,
		typeVersion,
		position: [0, 0],
		parameters: stored,
	};
	const parameters = NodeHelpers.getNodeParameters(
		description.properties,
		stored,
		true,
		false,
		node,
		description,
	);
	const visible = description.properties.filter((property) =>
		NodeHelpers.displayParameter(parameters ?? {}, property, node, description),
	);
	return { parameters: parameters ?? {}, visible };
}

const isField = ({ type }: INodeProperties) =>
	!['notice', 'hidden', 'collection', 'fixedCollection'].includes(type);
const newest = ({ description: { version } }: INodeType) => Math.max(...[version].flat());
const everyProperty = (properties: INodeProperties[]): INodeProperties[] =>
	properties.flatMap((property) => [
		property,
		...everyProperty(
			(property.options ?? []).flatMap((option) =>
				'values' in option ? option.values : 'type' in option ? [option as INodeProperties] : [],
			),
		),
	]);

describe('F9 the panel of a new node', () => {
	test.each(
		NODES.flatMap((node) =>
			PAYER_KINDS.map(({ name }) => [node.description.displayName, name, node] as const),
		),
	)('%s at %s shows at most 12 fields', (_, payerApi, node) => {
		const { visible } = opened(node, newest(node), { payerApi });
		expect(visible.filter(isField).map(({ displayName }) => displayName).length).toBeLessThanOrEqual(12);
	});

	test.each(NODES.map((node) => [node.description.displayName, node] as const))(
		'F1 %s refuses no empty field, and no text of it begins with an expression on the item',
		(_, { description }) => {
			const all = everyProperty(description.properties);
			expect(
				all.filter(({ required, default: value }) => required && value === '').map(({ name }) => name),
			).toEqual([]);
			expect(
				all.filter(({ default: value }) => String(value).includes('$json')).map(({ name }) => name),
			).toEqual([]);
		},
	);
});

describe('a stored Member Match of version 1', () => {
	const node = new MemberMatch();
	const stored: INodeParameters = {
		inputMode: 'fields',
		consentPolicy: 'sensitive',
		hrexDetails: { birthSex: 'F' },
		coverageToLink: { coverage: { coverageId: '1' } },
		options: { concurrency: 3, groupIdPath: 'a.b' },
	};

	test('keeps what stands under Advanced in a new one', () => {
		expect(opened(node, 1, stored).parameters).toMatchObject(stored);
		const names = opened(node, 1, stored).visible.map(({ name }) => name);
		expect(names).toEqual(
			expect.arrayContaining(['inputMode', 'consentPolicy', 'hrexDetails', 'coverageToLink']),
		);
	});

	test('of a new one they have an effect where Advanced is on', () => {
		expect(opened(node, 1.1, { ...stored, advanced: true }).parameters).toMatchObject(stored);
		const { parameters, visible } = opened(node, 1.1, stored);
		expect(Object.keys(parameters)).not.toEqual(expect.arrayContaining(['hrexDetails']));
		expect(visible.map(({ name }) => name)).toEqual(expect.arrayContaining(['givenName', 'consentEnd']));
	});

	test('FHIR resources take the place of the fields', () => {
		const names = opened(node, 1.1, { advanced: true, inputMode: 'resources' }).visible.map(
			({ name }) => name,
		);
		expect(names).toEqual(expect.arrayContaining(['patient', 'consent', 'memberId']));
		expect(names).not.toEqual(expect.arrayContaining(['givenName']));
	});
});
