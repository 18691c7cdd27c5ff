import { NodeApiError, NodeOperationError, type IDataObject, type INode } from 'n8n-workflow';
import { ExchangeError } from '../../../../nodes/shared/n8n/exchangeError';
import { emptyField, findingsError, type Finding } from '../../../../nodes/shared/n8n/findings';
import { allFindingsError } from '../../../../nodes/shared/n8n/rowFaults';
import { asNodeError, tryAsValue } from '../../../../nodes/shared/n8n/items';
import { concurrencyOf } from '../../../../nodes/shared/n8n/parameters';
import { GROUP_ID, JOB_ID, TENANT } from '../../../../nodes/shared/exchange/itemFields';
import { bodyKind } from '../../../../nodes/shared/http/reply';
import { HTML, reply } from '../../../support/helpers';

const node: INode = {
	id: '1',
	name: 'Member Match',
	type: 'n8n-nodes-payer-to-payer.memberMatch',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

describe('findings', () => {
	const says = (...texts: string[]) => texts.map((text) => ({ says: text }));

	it('of one field are in the title', () => {
		const { message, details } = findingsError('The match request', says("'Tenant' is odd"));
		expect(message).toBe("The match request cannot be sent: 'Tenant' is odd");
		expect(details.whatToDo).toMatch(/^Nothing was sent to the payer\. Correct the field/);
	});

	it('of many fields are all listed', () => {
		const { message, details } = findingsError('The match request', says('A', 'B', 'C'));
		expect(message).toBe('The match request cannot be sent: 3 fields need attention');
		expect(details.whatToDo).toContain('A · B · C');
	});

	const columns = ['DOB', 'Name'];
	test.each<[string, Finding[], string]>([
		[
			'a column that is missing',
			[emptyField('Birth Date', 'birthDate', { column: 'birthDate', columns })],
			'Looked for the column "birthDate"; the item has: DOB, Name. Correct the field',
		],
		[
			'several columns that are missing, once',
			[
				emptyField('Birth Date', 'birthDate', { column: 'birthDate', columns }),
				emptyField('Family Name', 'familyName', { column: 'familyName', columns }),
			],
			`The item has no column for 'Birth Date', 'Family Name'. Looked for the columns "birthDate", "familyName"; the item has: DOB, Name. Drag each column`,
		],
		[
			'an empty cell, without the other columns',
			[emptyField('Birth Date', 'birthDate', { column: 'DOB', columns })],
			'Nothing was sent to the payer. Read from the column "DOB". Correct the field',
		],
		[
			'empty cells, and a column that is missing',
			[
				emptyField('Birth Date', 'birthDate', { column: 'DOB', columns }),
				emptyField('Tenant', 'tenant', { column: 'tenant', columns }),
				emptyField('Family Name', 'familyName', { column: 'Name', columns }),
			],
			`The item has no column for 'Tenant' · 'Birth Date', 'Family Name' are empty. Read from the columns "DOB", "Name". Looked for the column "tenant"; the item has: DOB, Name. Correct`,
		],
		[
			'a column that was found in an object of the item',
			[emptyField('Birth Date', 'birthDate', { column: 'body.dob', columns: ['body'], isFound: true })],
			'Nothing was sent to the payer. Read from the column',
		],
		[
			'a value that is wrong, without the other columns',
			[{ says: "'Birth Date' is odd", columnSource: { column: 'DOB', columns } }],
			'Nothing was sent to the payer. Read from the column "DOB". Correct',
		],
		[
			'a field that reads no column',
			[emptyField('Group ID', 'groupId', { columns }, 'Connect it.')],
			'Nothing was sent to the payer. The item has: DOB, Name. Connect it.',
		],
		[
			'an item without columns',
			[emptyField('Group ID', 'groupId', { column: 'groupId', columns: [] })],
			'Looked for the column "groupId"; the item has no columns.',
		],
		[
			'very many columns',
			[emptyField('X', 'x', { column: 'x', columns: Array.from({ length: 42 }, (_, index) => `c${index}`) })],
			'c38, c39, and 2 more. ',
		],
	])('tell of %s', (_, findings, told) => {
		expect(findingsError('The request', findings).details.whatToDo).toContain(told);
	});

	it('of several fields for one reason are told once', () => {
		const of = (field: string, says: string): Finding => ({
			says: `'${field}' ${says}`,
			about: { field, says },
		});
		const { details } = findingsError('x', [of('A', 'is odd'), of('B', 'is even'), of('C', 'is odd')]);
		expect(details.problem).toBe(`'A', 'C' is odd · 'B' is even.`);
	});
});

const GO_ON =
	"To let the other rows go on, set Settings > On Error of this node to 'Continue (using error output)'.";

describe('F5 an error of many rows', () => {
	const failed = new ExchangeError('What happened', { whatToDo: 'Do this.' });
	const ofRun = new ExchangeError('Refused', { whatToDo: 'Do that.', concerns: 'run' });

	test.each<[string, Error, number, number, string, string]>([
		['counts from 1', failed, 2, 15, 'What happened (row 3 of 15)', `Do this. ${GO_ON}`],
		['names no row where there is one', failed, 0, 1, 'What happened', 'Do this.'],
		['names none where all would fail', ofRun, 2, 15, 'Refused', 'Do that.'],
	])('%s', (_, error, itemIndex, total, message, description) => {
		const said = asNodeError(node, error, itemIndex, total);
		expect([said.message, said.description]).toEqual([message, description]);
		expect(said.context.itemIndex).toBe(itemIndex);
	});

	test.each([
		['Member_ID', 'The column "Member_ID" names each row.'],
		['Ada Lovelace', ''],
		[undefined, ''],
	])('names the column of the member, where it is the name of a column: %p', (column, sentence) => {
		const { whatToDo } = allFindingsError(new Map([[1, failed]]), 3, column).details;
		expect(whatToDo.includes('names each row')).toBe(sentence !== '');
		expect(whatToDo).toContain(sentence);
		expect(whatToDo).not.toContain('Lovelace');
	});
});

describe('an error of ours becomes one of n8n', () => {
	it('with the item, the words and what to do', () => {
		const error = asNodeError(node, new ExchangeError('What happened', { whatToDo: 'Do this' }), 3);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({
			message: 'What happened',
			description: 'Do this',
			context: { itemIndex: 3 },
		});
	});

	test.each([400, 401, 403, 404, 429, 500, 503])(
		'with the HTTP status %i, and our own words',
		(httpStatus) => {
			const error = asNodeError(
				node,
				new ExchangeError('What happened', { whatToDo: 'Do this', httpStatus }),
				0,
			);
			expect(error).toBeInstanceOf(NodeApiError);
			expect(error).toMatchObject({
				message: 'What happened',
				description: 'Do this',
				httpCode: String(httpStatus),
				context: { itemIndex: 0 },
			});
		},
	);

	it('with the item where it is none of ours', () => {
		expect(asNodeError(node, new TypeError('Odd'), 4)).toMatchObject({
			message: 'Odd',
			context: { itemIndex: 4 },
		});
	});

	it('as it is where it is one of n8n already', () => {
		const own = new NodeOperationError(node, 'Own words');
		expect(asNodeError(node, own, 5)).toBe(own);
		expect(own.context.itemIndex).toBe(5);
	});
});

test.each<[unknown, number]>([
	[undefined, 4],
	[8, 8],
	[2.9, 2],
	[1, 1],
	[0, 4],
	[-1, 4],
	['8', 4],
	[NaN, 4],
])('a concurrency of %p is %i', (concurrency, expected) => {
	expect(concurrencyOf({ concurrency } as IDataObject, 4)).toBe(expected);
});

it('gives as a value what work gives and what it throws', async () => {
	const broken = new Error('broken');
	const throwing = () => {
		throw broken;
	};
	expect(await tryAsValue(() => 1)).toBe(1);
	expect(await tryAsValue(async () => await Promise.resolve(2))).toBe(2);
	expect(await tryAsValue(throwing)).toBe(broken);
	expect(await tryAsValue(async () => await Promise.reject(broken))).toBe(broken);
});

test.each<[string, string | object]>([
	['an empty answer', ''],
	['an empty answer', ' \n'],
	['a JSON answer of another shape', {}],
	['a JSON answer of another shape', 'null'],
	['an HTML or XML page', HTML],
	['an HTML or XML page', ' <?xml version="1.0"?>'],
	['an answer that is not JSON', 'Bad Gateway'],
])('%s: %j', (kind, body) => {
	expect(bodyKind(reply(200, body))).toBe(kind);
});

describe('a part of an address', () => {
	const parts = { tenant: TENANT, 'group id': GROUP_ID, 'job id': JOB_ID };
	const all = Object.keys(parts) as Array<keyof typeof parts>;

	test.each(all)('as a %s may hold letters, digits, hyphen and dot', (part) => {
		for (const text of ['bison', 'cmk1cuald0005l701sdo7gs8c', 'A-1.b_2'])
			expect(text).toMatch(parts[part].pattern);
	});

	test.each(all)('as a %s never holds what could lead elsewhere', (part) => {
		for (const text of ['a/b', 'a\\b', 'a?b', 'a#b', 'a%2fb', 'a b', 'a\nb', 'a\n', 'é', '', 'a@b', 'a:b'])
			expect(text).not.toMatch(parts[part].pattern);
	});
});
