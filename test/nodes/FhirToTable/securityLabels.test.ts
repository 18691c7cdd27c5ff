import type { IDataObject } from 'n8n-workflow';
import { credentialFor, runSteps, type Step } from '../../support/engine';
import { startScriptedGateway } from '../../support/scriptedGateway';
import { TABLES } from '../../../nodes/FhirToTable/tables';
import { members } from '../../../sandbox/members';
import { resourcesOf } from '../../../sandbox/resources';
import { claims } from '../../unit/FhirToTable/claimFixtures';
import { finishedRows } from '../../support/finishedRows';
import { records } from '../../unit/FhirToTable/recordFixtures';

/** Labels of protected records (42 CFR 2.32: they bear a notice) are on every row, whatever steps the records passed through. */

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const LABELS = [
	{ system: CONFIDENTIALITY, code: 'R' },
	{ system: ACT_CODE, code: '42CFRPart2' },
	{ system: ACT_CODE, code: 'PROCESSINLINELABEL' },
];
const JOINED = 'R|42CFRPart2|PROCESSINLINELABEL';
const condition = (id: string, security?: unknown) =>
	JSON.stringify({
		resourceType: 'Condition',
		id,
		meta: { profile: ['http://example.org/p'], security },
		subject: { reference: 'Patient/p1' },
	});
const inline = JSON.stringify({
	resourceType: 'Condition',
	id: 'd',
	subject: { reference: 'Patient/p1' },
	note: [
		{
			extension: [
				{
					url: 'http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-inline-sec-label',
					valueCoding: LABELS[0],
				},
			],
			text: 'x',
		},
	],
});
const LINES = [
	condition('a', LABELS),
	condition('b'),
	condition('c', [{ system: 'urn:x', code: 'odd' }]),
	inline,
	condition('e', { system: CONFIDENTIALITY, code: 'V' }),
	condition('f', [null, 'R', { code: 1 }]),
];
const WANTED = { a: JOINED, b: null, c: 'odd', d: 'PROCESSINLINELABEL', e: 'V', f: null };

const fetch = (outputAs: string, addOrigin: boolean): Step => ({
	node: 'fetchBatch',
	parameters: { outputAs, options: { addOrigin } },
});
const read = (parameters: IDataObject): Step => ({ node: 'readNdjsonFile', parameters });

const ROADS: Array<[name: string, steps: Step[]]> = [
	['items', [fetch('items', false)]],
	['items with their origin', [fetch('items', true)]],
	['Bundles', [fetch('bundles', false)]],
	['Bundles as text', [fetch('bundlesText', false)]],
	['a file', [fetch('file', false)]],
	['items of a file', [fetch('file', false), read({})]],
	['text of a file', [fetch('file', false), read({ outputAs: 'text' })]],
	['parts of a file', [fetch('file', false), read({ operation: 'split', linesPerPart: 1 })]],
	[
		'items of parts',
		[fetch('file', false), read({ operation: 'split', linesPerPart: 2 }), read({ outputAs: 'items' })],
	],
];

test.each(ROADS)('labels come through as %s, and leave in every form', async (_, steps) => {
	for (const rowsAs of ['items', 'text']) {
		const gateway = await startScriptedGateway([{ body: LINES.map((each) => `${each}\n`).join('') }]);
		const last = { node: 'fhirToTable', parameters: { table: 'condition', rowsAs } } as const;
		const item = {
			memberId: 'm1',
			tenant: 'bison',
			jobId: 'job-1',
			batch: 1,
			batchCount: 1,
			type: 'Condition',
			url: '/v1/bison/bulk-data/r4/$export/file/a.ndjson',
		};
		const run = await runSteps({
			items: [item],
			// A step of the same node twice is told apart by its name.
			steps: [...steps, last].map((step, at) => ({ ...step, name: `${step.node} ${at}` })),
			credential: credentialFor(gateway),
		});
		await gateway.close();
		expect(run.error).toBeUndefined();
		const name = `fhirToTable ${steps.length}`;
		const rows = run
			.json(name, 0)
			.flatMap((each) => (rowsAs === 'text' ? (JSON.parse(String(each.rows)) as IDataObject[]) : [each]));
		expect(
			Object.fromEntries(
				rows.map(({ condition_key: key, security_labels }) => [String(key).slice(-1), security_labels]),
			),
		).toEqual(WANTED);
	}
});

test('every table has them', () => {
	const ofSandbox = members
		.slice(0, 3)
		.flatMap((member) =>
			member.batches.flatMap((batch) => [
				...resourcesOf(member, member.batches, { ...batch, first: 0, count: Math.min(batch.count, 5) }),
			]),
		);
	const all: object[] = [...Object.values(claims), ...Object.values(records), ...ofSandbox];
	const labelled = all.map((resource) => ({ ...resource, meta: { security: LABELS } }));
	for (const table of TABLES) {
		const rows = labelled.flatMap((resource) => finishedRows(table, resource));
		expect([table.value, new Set(rows.map(({ security_labels }) => security_labels))]).toEqual([
			table.value,
			new Set([JOINED]),
		]);
	}
});
