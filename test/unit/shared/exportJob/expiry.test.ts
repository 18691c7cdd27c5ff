import { parseExpires, mergePages, manifestWithoutFiles } from '../../../../nodes/shared/exportJob/manifest';
import { judgeStatus } from '../../../../nodes/shared/exportJob/statusAnswer';
import { instantOf } from '../../../../nodes/shared/fhir/values';
import { reply } from '../../../support/helpers';

const NOW = Date.parse('2027-01-04T14:00:00Z');

test.each<[header: string | undefined, expected: string | undefined]>([
	['Mon, 04 Jan 2027 14:30:00 GMT', '2027-01-04T14:30:00.000Z'],
	['Monday, 04-Jan-27 14:30:00 GMT', '2027-01-04T14:30:00.000Z'],
	['Mon, 04 Jan 2027 14:00:00 GMT', undefined],
	['Thu, 01 Jan 1970 00:00:00 GMT', undefined],
	['0', undefined],
	['-1', undefined],
	['2099', undefined],
	['in an hour', undefined],
	['Mon, 99 Jan 2027 14:30:00 GMT', undefined],
	['', undefined],
	[undefined, undefined],
])('Expires: %s', (header, expected) => {
	const at = parseExpires(header, NOW);
	expect(at === undefined ? undefined : new Date(at).toISOString()).toBe(expected);
});

test.each<[value: unknown, isOne: boolean]>([
	['2027-01-04T14:30:00.000Z', true],
	['2027-01-04', false],
	['soon', false],
	['2027-99-04T14:30:00.000Z', false],
	[1_800_000_000_000, false],
	[undefined, false],
])('an instant of an item: %s', (value, isOne) => {
	expect(instantOf(value) !== undefined).toBe(isOne);
});

test('a status answer says when its files go', () => {
	const answer = (headers: Record<string, string>) => judgeStatus(reply(200, { output: [] }, headers));
	const at = Date.parse('2099-01-01T00:00:00Z');
	const expires = new Date(at).toUTCString();
	expect(answer({ expires })).toMatchObject({ state: 'finished', manifest: { expiresAt: at } });
	expect(answer({})).toMatchObject({ state: 'finished', manifest: { expiresAt: undefined } });
});

test.each<[parts: Array<number | undefined>, expected: number | undefined]>([
	[[3, 1, 2], 1],
	[[undefined, 2], 2],
	[[undefined, undefined], undefined],
])('of manifests that end at %j the first end counts', (parts, expected) => {
	const [first, ...rest] = parts.map((expiresAt) => ({ ...manifestWithoutFiles({}), expiresAt }));
	expect(mergePages([first, ...rest]).expiresAt).toBe(expected);
});
