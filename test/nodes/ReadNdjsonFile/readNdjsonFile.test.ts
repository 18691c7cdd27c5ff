import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { PartSplitter } from '../../../nodes/shared/files/ndjsonParts';
import { credentialFor, runSteps, storedBytes, type NodeName, type Step } from '../../support/engine';
import { startScriptedGateway, type ScriptedGateway } from '../../support/scriptedGateway';

const READ: NodeName = 'readNdjsonFile';

const FILE = {
	memberId: 'm1',
	tenant: 'bison',
	jobId: 'j1',
	batch: 1,
	type: 'Practitioner',
	url: '/v1/bison/bulk-data/r4/$export/file/j1.1.ndjson',
};
const practitioner = (id: string, text = '') =>
	`{"resourceType":"Practitioner","id":"${id}","text":"${text}"}`;
const ids = (items: IDataObject[]) => items.map(({ id }) => String(id)).join(' ');

let gateway: ScriptedGateway;
afterEach(async () => await gateway.close());

const FETCH: Step = { node: 'fetchBatch', parameters: { outputAs: 'file' } };
const SPLIT = (linesPerPart: unknown): Step => ({
	node: READ,
	name: 'split',
	parameters: { operation: 'split', linesPerPart } as IDataObject,
});
const READ_PARTS: Step = { node: READ, name: 'read' };

async function run(content: string | Buffer, steps: Step[], items: object[] = [FILE]) {
	gateway = await startScriptedGateway([{ body: content }]);
	return await runSteps({ items: items as never, steps, credential: credentialFor(gateway) });
}

/** As if an item of an earlier step had been changed on its way. */
async function readAgain(part: INodeExecutionData, changes: IDataObject) {
	return await runSteps({
		items: [{ json: { ...part.json, ...changes }, binary: part.binary }],
		steps: [READ_PARTS],
		credential: credentialFor(gateway),
	});
}

const FIVE = ['a', 'b', 'c', 'd', 'e'].map((id) => practitioner(id, 'é'.repeat(id.charCodeAt(0))));

describe('parts', () => {
	test.each<[sentence: string, content: string, linesPerPart: number, parts: string[]]>([
		['of two lines', FIVE.join('\n'), 2, ['a b', 'c d', 'e']],
		['of one line', `${FIVE.join('\n')}\n`, 1, ['a', 'b', 'c', 'd', 'e']],
		['of more lines than there are', FIVE.join('\r\n'), 10, ['a b c d e']],
		['with a byte order mark and blank lines', `\uFEFF\n${FIVE.join('\n\n')}\n`, 4, ['a b', 'c d', 'e']],
	])('%s are the file, in order', async (_, content, linesPerPart, expected) => {
		const { json } = await run(content, [FETCH, SPLIT(linesPerPart), READ_PARTS]);
		const resources = json('read').map((each) => JSON.stringify(each));
		expect(resources).toEqual(FIVE);
		expect(json('read', 1).map(({ resources: count, outcome }) => [count, outcome])).toEqual(
			expected.map((part) => [part.split(' ').length, 'complete']),
		);
		const cursors = json('split').map(({ cursor }) => cursor as Record<string, number>);
		expect(cursors.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(Buffer.byteLength(content));
		expect(json('split').map(({ part, parts }) => [part, parts])).toEqual(
			expected.map((__, index) => [index + 1, expected.length]),
		);
	});

	test('carry the item and the same stored file, and a report counts them', async () => {
		const { json, outputs } = await run(FIVE.join('\n'), [FETCH, SPLIT(3)]);
		const [first, second] = outputs('split')[0];
		expect(first.json).toMatchObject({
			memberId: 'm1',
			jobId: 'j1',
			type: 'Practitioner',
			part: 1,
			parts: 2,
		});
		expect(second.binary).toEqual(first.binary);
		expect((await storedBytes(second)).toString()).toBe(FIVE.join('\n'));
		expect(json('split', 1)).toEqual([expect.objectContaining({ parts: 2, lines: 5, memberId: 'm1' })]);
	});

	test('hold no header of a block; it is told as the origin of what follows it', async () => {
		const header = JSON.stringify({
			resourceType: 'Parameters',
			parameter: [{ name: 'header', valueReference: { reference: 'Patient/a' } }],
		});
		const { type, ...item } = FILE;
		void type;
		const read: Step = { ...READ_PARTS, parameters: { options: { addOrigin: true } } };
		const { json } = await run([header, ...FIVE].join('\n'), [FETCH, SPLIT(4), read], [item]);
		// The second part begins behind the header and does not know of it.
		expect(json('read').map(({ header: of, line }) => [of, line])).toEqual([
			['Patient/a', 2],
			['Patient/a', 3],
			['Patient/a', 4],
			[undefined, 5],
			[undefined, 6],
		]);
		expect(json('read', 1)).toMatchObject([{ resources: 3, headers: 1 }, { resources: 2 }]);
	});

	test('of a file of nothing are none, and a report says so', async () => {
		const { json } = await run('', [FETCH, SPLIT(3)]);
		expect([json('split'), json('split', 1)]).toEqual([
			[],
			[expect.objectContaining({ parts: 0, lines: 0 })],
		]);
	});

	test('are the same however the bytes arrive', () => {
		const bytes = Buffer.from(`${FIVE.join('\n')}\n\n`);
		const found = (piece: number) => {
			const finder = new PartSplitter(2);
			for (let at = 0; at < bytes.length; at += piece) finder.push(bytes.subarray(at, at + piece));
			return finder.end();
		};
		const whole = found(bytes.length);
		expect(whole.map(({ lines }) => lines)).toEqual([2, 2, 2]);
		for (const piece of [1, 2, 7, 100]) expect(found(piece)).toEqual(whole);
	});

	test('larger than what is read at once are found where they are', async () => {
		const lines = Array.from({ length: 60 }, (_, index) => practitioner(String(index), 'x'.repeat(20_000)));
		const { json } = await run(lines.join('\n'), [FETCH, SPLIT(25), READ_PARTS]);
		expect(ids(json('read'))).toBe(lines.map((_, index) => index).join(' '));
	});
});

test('Add Origin says whose data it is, with the line of the file', async () => {
	const { json } = await run(FIVE.join('\n'), [
		FETCH,
		SPLIT(2),
		{ ...READ_PARTS, parameters: { options: { addOrigin: true } } },
	]);
	expect(json('read')).toEqual(
		FIVE.map((line, index) => ({
			memberId: 'm1',
			payer: expect.stringMatching(/^oneUpHealth:.*\/bison$/) as string,
			fhirBase: expect.stringMatching(/^http:.*\/v1\/bison$/) as string,
			tenant: 'bison',
			jobId: 'j1',
			requiresAccessToken: true,
			batch: 1,
			line: index + 1,
			resource: JSON.parse(line) as object,
		})),
	);
});

test('JSON Text is one item for each part', async () => {
	const { json } = await run(FIVE.join('\n'), [
		FETCH,
		SPLIT(3),
		{ ...READ_PARTS, parameters: { outputAs: 'text' } },
	]);
	expect(json('read')).toEqual([
		expect.objectContaining({
			memberId: 'm1',
			part: 1,
			count: 3,
			resources: `[${FIVE.slice(0, 3).join(',')}]`,
		}),
		expect.objectContaining({ memberId: 'm1', part: 2, count: 2, resources: `[${FIVE.slice(3).join(',')}]` }),
	]);
});

describe('lines that are no resource', () => {
	test('are counted by their place in the file and kept', async () => {
		const { json, outputs } = await run(`${FIVE[0]}\n${FIVE[1]}\n${FIVE[2]}\nbroken\n`, [
			FETCH,
			SPLIT(2),
			READ_PARTS,
		]);
		const [first, second] = json('read', 1);
		expect(first).toMatchObject({ outcome: 'complete', firstLine: 1, part: 1, parts: 2 });
		expect(second).toMatchObject({
			outcome: 'partial',
			firstLine: 3,
			resources: 1,
			rejectedLines: [expect.objectContaining({ line: 4 })],
		});
		expect((await storedBytes(outputs('read')[1][1])).toString()).toBe('broken\n');
	});

	test.each(['<html></html>', '[{"resourceType":"Patient"}]', 'PK\u0003\u0004', 'id,name\n1,x\n'])(
		'a file of nothing else is refused: %j',
		async (content) => {
			for (const step of [SPLIT(2), READ_PARTS]) {
				const { error } = await run(content, [FETCH, step]);
				expect(error?.message).toContain('The file is not NDJSON of FHIR resources');
				await gateway.close();
			}
		},
	);
});

describe('a file without a cursor', () => {
	test.each<[most: number | undefined, expected: string, outcome: string]>([
		[2, 'a b', 'partial'],
		[5, 'a b c d e', 'complete'],
		[undefined, 'a b c d e', 'complete'],
	])('is read from its start, at most %p resources', async (mostResources, expected, outcome) => {
		const parameters = mostResources === undefined ? {} : { mostResources };
		const { json } = await run(FIVE.join('\n'), [FETCH, { ...READ_PARTS, parameters }]);
		expect(ids(json('read'))).toBe(expected);
		expect(json('read', 1)).toEqual([expect.objectContaining({ outcome, memberId: 'm1' })]);
	});
});

describe('a cursor', () => {
	const part = async (content: string) => {
		const { outputs } = await run(content, [FETCH, SPLIT(2)]);
		return outputs('split')[0][1];
	};
	const FOREIGN = 'The cursor belongs to another file';

	test('of another file is refused', async () => {
		const other = await part(FIVE.join('\n'));
		const sameSize = FIVE.map((line) => line.replace('Practitioner', 'Practitjoner')).join('\n');
		for (const content of [sameSize, FIVE.slice(0, 4).join('\n')]) {
			await gateway.close();
			const mine = await part(content);
			const { error, json } = await readAgain(mine, { cursor: other.json.cursor });
			expect(error?.message).toContain(FOREIGN);
			expect(json('read')).toEqual([]);
		}
	});

	test.each<[changes: IDataObject, says: string]>([
		[{ offset: 0 }, FOREIGN],
		[{ offset: 1e9 }, FOREIGN],
		[{ bytes: 1e9 }, FOREIGN],
		[{ bytes: 0 }, FOREIGN],
		[{ offset: -1 }, 'The cursor of the item is none'],
		[{ offset: 1.5 }, 'The cursor of the item is none'],
		[{ sha256: '' }, 'The cursor of the item is none'],
	])('that was changed is refused: %j', async (changes, says) => {
		const mine = await part(FIVE.join('\n'));
		const cursor = { ...(mine.json.cursor as IDataObject), ...changes };
		expect((await readAgain(mine, { cursor })).error?.message).toContain(says);
	});

	test.each([0, -1, 1.5, 'x'])('of a part size of %p is never made', async (linesPerPart) => {
		const { error } = await run(FIVE.join('\n'), [FETCH, SPLIT(linesPerPart)]);
		expect(error?.message).toMatch(/Lines per Part|linesPerPart/);
	});
});

test('an item without a file is refused', async () => {
	const { error } = await run('', [READ_PARTS]);
	expect(error?.message).toMatch(/binary/);
});

describe('D2 as a tool of an AI agent', () => {
	const asTool = async (parameters: IDataObject) => {
		const { outputs } = await run(FIVE.join('\n'), [FETCH]);
		const [[file]] = outputs('fetchBatch');
		const read = await runSteps({
			items: [file],
			steps: [{ node: READ, parameters }],
			credential: credentialFor(gateway),
			asTool: true,
		});
		return read.outputs(READ);
	};

	test.each<[sentence: string, parameters: IDataObject, seen: object[]]>([
		['as items', {}, [{ resources: 5, rejected: 0, outcome: 'complete' }]],
		['as text', { outputAs: 'text' }, [{ resources: 5, rejected: 0, outcome: 'complete' }]],
		['in parts', { operation: 'split', linesPerPart: 3 }, [{ parts: 2, lines: 5 }]],
	])('the model gets counts and no resource: %s', async (_, parameters, seen) => {
		const [items, ...others] = await asTool(parameters);
		expect(items.map(({ json }) => json)).toMatchObject(seen);
		expect(items.map(({ binary }) => binary)).toEqual(seen.map(() => undefined));
		expect(JSON.stringify(items)).not.toMatch(/resourceType|"m1"|é/);
		expect(others.flat()).toEqual([]);
	});
});
