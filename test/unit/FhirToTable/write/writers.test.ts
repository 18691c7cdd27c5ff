import type { IDataObject } from 'n8n-workflow';
import { csvCell, jsonCell } from '../../../../nodes/FhirToTable/write/cells';
import { Channel } from '../../../../nodes/FhirToTable/write/channel';
import { CSV, FileWriter, NDJSON } from '../../../../nodes/FhirToTable/write/fileWriter';
import { MemoryCeiling } from '../../../../nodes/FhirToTable/write/memoryCeiling';
import { ItemsWriter, TextWriter } from '../../../../nodes/FhirToTable/write/itemWriters';
import { NotInTable } from '../../../../nodes/FhirToTable/notInTable';
import type { RowWriter } from '../../../../nodes/FhirToTable/write/rowWriter';
import { ViewError } from '../../../../nodes/shared/sqlOnFhir/viewError';
import { WrittenNumber } from '../../../../nodes/shared/sqlOnFhir/writtenNumber';

test.each<[value: unknown, csv: string, json: string]>([
	[null, '', 'null'],
	[undefined, '', 'null'],
	['', '""', '""'],
	['a b', 'a b', '"a b"'],
	['a,b', '"a,b"', '"a,b"'],
	['5" "x"', '"5"" ""x"""', '"5\\" \\"x\\""'],
	['a\nb', '"a\nb"', '"a\\nb"'],
	['a\rb', '"a\rb"', '"a\\rb"'],
	[0, '0', '0'],
	[false, 'false', 'false'],
	[new WrittenNumber('120.50'), '120.50', '120.50'],
	[[], '[]', '[]'],
	[['a', new WrittenNumber('1.0')], '"[""a"",1.0]"', '["a",1.0]'],
	[{ a: 1 }, '"{""a"":1}"', '{"a":1}'],
])('the cell %p is %p in CSV and %p in JSON', (value, csv, json) => {
	expect([csvCell(value), jsonCell(value)]).toEqual([csv, json]);
});

const TABLE = { name: 't', headings: ['a', 'b "quoted"'] };
const LONG = 'x'.repeat(300_000);

/** A store that takes what it is given, in one piece or as a stream. */
function storeOf(streamed: boolean) {
	const stored: string[] = [];
	return {
		stored,
		store: async (content: unknown, name: string, mimeType: string) => {
			let text = '';
			if (Buffer.isBuffer(content)) text = content.toString('utf8');
			else
				for await (const chunk of content as AsyncIterable<Uint8Array>)
					text += Buffer.from(chunk).toString('utf8');
			stored.push(`${name} ${mimeType}\n${text}`);
			return { data: '', fileName: name, mimeType };
		},
		...(streamed && { streamOf: (chunks: AsyncIterable<Uint8Array>) => chunks }),
	};
}

describe.each([
	['in one piece', false],
	['as a stream', true],
])('a file that is stored %s', (_, streamed) => {
	test('CSV has a header, and each row a line', async () => {
		const files = storeOf(streamed);
		const writer = new FileWriter(TABLE, CSV, files, new MemoryCeiling(), true);
		for (const cells of [
			[1, LONG],
			[2, null],
			[3, 'é'],
		]) {
			writer.add(cells);
			await writer.flush();
		}
		const [{ json, binary }] = await writer.end();
		expect(json).toEqual({ table: 't', rows: 3, fileName: 't.csv' });
		expect(binary?.data.fileName).toBe('t.csv');
		expect(files.stored).toEqual([`t.csv text/csv\na,"b ""quoted"""\r\n1,${LONG}\r\n2,\r\n3,é\r\n`]);
	});

	test('NDJSON names the table where there are several', async () => {
		const files = storeOf(streamed);
		const writer = new FileWriter(TABLE, NDJSON, files, new MemoryCeiling(), true);
		writer.add([1, null]);
		await writer.end();
		expect(files.stored).toEqual([
			't.ndjson application/x-ndjson\n{"table":"t","a":1,"b \\"quoted\\"":null}\n',
		]);
	});

	test('without a row there is no file', async () => {
		const files = storeOf(streamed);
		expect(await new FileWriter(TABLE, CSV, files, new MemoryCeiling(), false).end()).toEqual([]);
		expect(files.stored).toEqual([]);
	});
});

test('an error ends a file that is open, and leaves none', async () => {
	const files = storeOf(true);
	const writer = new FileWriter(TABLE, CSV, files, new MemoryCeiling(), false);
	writer.add([1, LONG]);
	await writer.flush();
	await writer.abort(new Error('stopped'));
	expect(files.stored).toEqual([]);
});

test('a store that refuses ends the writing', async () => {
	const writer = new FileWriter(
		TABLE,
		CSV,
		{ store: async () => await Promise.reject(new Error('full')), streamOf: (chunks) => chunks },
		new MemoryCeiling(),
		false,
	);
	writer.add([1, LONG]);
	await expect(writer.flush()).rejects.toThrow('full');
});

test('no more than one chunk waits for the reader', async () => {
	const channel = new Channel();
	let sent = 0;
	const writing = (async () => {
		for (; sent < 100; sent += 1) await channel.send(Buffer.from('x'));
		channel.end();
	})();
	let read = 0;
	for await (const chunk of channel.chunks()) {
		read += chunk.length;
		expect(sent - read).toBeLessThanOrEqual(1);
	}
	await writing;
	expect(read).toBe(100);
});

test('10,000 are listed as Not in the Table, and the rest are counted', () => {
	const list = new NotInTable();
	const error = new ViewError({ view: 'v', column: 'c', path: 'p' }, 'r');
	for (let index = 0; index < 10_003; index += 1) {
		list.addResource({ resourceType: 'Patient', id: `p${index}` }, 't', error, index);
	}
	expect(list.take()).toHaveLength(10_000);
	expect([list.total, list.rest()]).toEqual([10_003, { reason: '3 more are not listed', count: 3 }]);
});

test.each([
	['a type that is none', { resourceType: 'Ada Lovelace', id: 'p' }, { id: 'p' }],
	['an id of a page', { resourceType: 'Patient', id: 'x'.repeat(500) }, { resourceType: 'Patient' }],
	['an id that is no text', { resourceType: 'Patient', id: { a: 1 } }, { resourceType: 'Patient' }],
])('%s is not repeated', (_, resource, shown) => {
	const list = new NotInTable();
	list.addResource(resource, 't', new ViewError({ view: 'v' }, 'r'));
	expect(list.take()).toEqual([{ ...shown, table: 't', view: 'v', reason: 'r' }]);
});

describe('the tables of a run share what may be held in memory', () => {
	const MEGABYTE_OF_TEXT = 'x'.repeat(1024 * 1024);
	const writers: Record<string, (ceiling: MemoryCeiling) => FileWriter | TextWriter> = {
		text: (ceiling) => new TextWriter(TABLE, 1, ceiling),
		'a file in one piece': (ceiling) => new FileWriter(TABLE, CSV, storeOf(false), ceiling, true),
	};
	test.each(Object.keys(writers))('%s: 256 MB', async (kind) => {
		const ceiling = new MemoryCeiling();
		const two = [writers[kind](ceiling), writers[kind](ceiling)];
		const fill = async () => {
			for (let index = 0; index < 300; index += 1) {
				const writer: RowWriter = two[index % 2];
				writer.add([1, MEGABYTE_OF_TEXT]);
				await writer.flush?.();
			}
		};
		await expect(fill()).rejects.toThrow('held in memory (256 MB)');
	});

	test('items: 200,000 rows', () => {
		const ceiling = new MemoryCeiling();
		const list: IDataObject[] = [];
		const two = [0, 1].map(() => new ItemsWriter(TABLE, list, ceiling, true));
		const add = (index: number) => two[index % 2].add([index, null]);
		for (let index = 0; index < 200_000; index += 1) add(index);
		expect(() => add(0)).toThrow('more than 200,000');
	});
});
