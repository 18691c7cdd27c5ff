import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { DateTime } from 'luxon';
import { consentEndedJson, hasEnded, readConsentEnd } from '../../../../nodes/shared/exchange/consentEnd';
import { membersJson, type ExportMember } from '../../../../nodes/shared/exchange/exportMembers';
import { earliestDay, todayIn } from '../../../../nodes/shared/fhir/values';

const inZone = (timeZone: string) => ({ getTimezone: () => timeZone }) as IExecuteFunctions;

test.each<[value: unknown, day: string | undefined]>([
	['2027-03-10', '2027-03-10'],
	[' 2027-03-10 ', '2027-03-10'],
	['2027-03-10T23:59:59-05:00', '2027-03-10'],
	[new Date('2027-03-10T00:00:00Z'), '2027-03-10'],
	[DateTime.fromISO('2027-03-10T23:00', { zone: 'Pacific/Honolulu' }), '2027-03-10'],
	[undefined, undefined],
	[null, undefined],
	['', undefined],
	['  ', undefined],
])('A11 consentEnd %p is %s', (value, day) => {
	expect(readConsentEnd({ consentEnd: value as IDataObject }, 'UTC')).toBe(day);
});

test.each([
	['2027-02-30'],
	['2027'],
	['2027-03'],
	['03/10/2027'],
	['N/A'],
	['never'],
	[46_456],
	[0],
	[true],
	[false],
	[['2027-03-10']],
	[{ end: '2027-03-10' }],
	[new Date(NaN)],
	[DateTime.invalid('x')],
	['2027-03-10\n2099-01-01'],
])('A11 consentEnd %p is an error that names it and shows nothing of it', (value) => {
	const read = () => readConsentEnd({ consentEnd: value as IDataObject }, 'UTC');
	expect(read).toThrow(/'consentEnd' of the item must be a date of the calendar/);
	expect(read).not.toThrow(/2099|2027-03|N\/A/);
});

test('A11 where it has ended in one zone, it may still hold in another', () => {
	const today = todayIn('Pacific/Honolulu');
	const holds = ['Pacific/Honolulu', 'Pacific/Kiritimati'].map((zone) => hasEnded(inZone(zone), today));
	// 24 hours lie between them.
	expect(holds).toEqual([false, true]);
	expect(hasEnded(inZone('UTC'), undefined)).toBe(false);
});

test.each<[days: Array<string | undefined>, earliest: string | undefined]>([
	[[], undefined],
	[[undefined, undefined], undefined],
	[['2027-03-10', undefined, '2026-12-31'], '2026-12-31'],
])('A11 the earliest of %p is %s', (days, earliest) => {
	expect(earliestDay(days)).toBe(earliest);
});

test.each<[sentence: string, members: ExportMember[], json: object]>([
	[
		'one',
		[{ memberId: 'a', patientId: 'p', consentEnd: '2027-01-01' }],
		{ memberId: 'a', patientId: 'p', consentEnd: '2027-01-01' },
	],
	['one without it', [{ memberId: 'a' }], { memberId: 'a' }],
	[
		'one by two items',
		[
			{ memberId: 'a', consentEnd: '2027-01-02' },
			{ memberId: 'a', consentEnd: '2027-01-01' },
			{ memberId: 'a' },
		],
		{ memberId: 'a', consentEnd: '2027-01-01' },
	],
	[
		'several',
		[
			{ memberId: 1, consentEnd: '2027-01-02' },
			{ memberId: '1' },
			{ patientId: 'p', consentEnd: '2027-01-01' },
		],
		{
			members: [
				{ memberId: 1, consentEnd: '2027-01-02' },
				{ memberId: '1' },
				{ patientId: 'p', consentEnd: '2027-01-01' },
			],
			consentEnd: '2027-01-01',
		},
	],
	[
		'several without it',
		[{ memberId: 'a' }, { memberId: 'b' }],
		{ members: [{ memberId: 'a' }, { memberId: 'b' }] },
	],
])('A11 an export of %s', (_, members, json) => {
	expect(membersJson(members)).toEqual(json);
});

test('A11 the reason tells an export of several members from that of one', () => {
	const [one, several] = [undefined, []].map((members) => consentEndedJson('2027-03-10', members));
	expect([one.outcome, several.outcome]).toEqual(['consent-ended', 'consent-ended']);
	expect(one.reason).toContain('The consent ended on 2027-03-10');
	expect(several.reason).toContain('The consent of a member of this export ended on 2027-03-10');
});
