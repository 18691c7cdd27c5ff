/* eslint-disable @n8n/community-nodes/require-node-api-error */
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { RunClaims } from '../../../nodes/FhirToTable/claims/runClaims';
import { originOf } from '../../../nodes/shared/files/rowOrigin';
import { shippedTable } from '../../../nodes/FhirToTable/tableRows';
import { TABLES } from '../../../nodes/FhirToTable/tables';
import { isObject } from '../../../nodes/shared/fhir/json';
import { ViewError } from '../../../nodes/shared/sqlOnFhir/viewError';
import { resourcesOf } from '../../../sandbox/resources';
import { members } from '../../../sandbox/members';
import { claim } from '../FhirToTable/claims/someClaims';
import { claims } from '../FhirToTable/claimFixtures';
import { records } from '../FhirToTable/recordFixtures';
import { expectNoMarker, nearly, RUNS, SEED } from './fuzz';

/** Each case goes through all tables, so that a fifth of the cases of the other files is enough. */
const CASES = Math.ceil(RUNS / 5);
const LIMIT_MS = 60_000 + RUNS * 20;

const ORIGIN = originOf({ payer: 'pdex:a.example/r4', fhirBase: 'https://a.example/r4', memberId: 'm1' }, '');
const tables = TABLES.map((table) => shippedTable(table, false, true));
const ofSandbox = members
	.slice(0, 2)
	.flatMap((member) =>
		member.batches.flatMap((batch) => [
			...resourcesOf(member, member.batches, { ...batch, first: 0, count: Math.min(batch.count, 2) }),
		]),
	);
const resources: unknown[] = [...Object.values(claims), ...Object.values(records), ...ofSandbox];

test(
	`a damaged resource gives rows, or says which column it does not fit (${CASES} cases)`,
	() => {
		let rowCount = 0;
		const property = fc.property(nearly(resources), (resource) => {
			if (!isObject(resource)) return;
			for (const table of tables) {
				try {
					const rows = table.rowsOf(resource, ORIGIN, 1);
					rowCount += rows.length;
					if (rows.some((cells) => cells.length !== table.headings.length)) throw new Error('A row is short');
				} catch (error) {
					if (!(error instanceof ViewError)) throw error;
					expectNoMarker(`${error.message} ${error.reason}`);
				}
			}
		});
		fc.assert(property, { seed: SEED, numRuns: CASES });
		expect(rowCount).toBeGreaterThan(CASES / 4);
	},
	LIMIT_MS,
);

const PROVENANCE = {
	resourceType: 'Provenance',
	target: [{ reference: 'ExplanationOfBenefit/1' }],
	agent: [{ who: { reference: 'Organization/plan' } }, { who: { reference: '#a' } }],
	contained: [{ resourceType: 'Organization', id: 'a', identifier: [{ value: '1' }] }],
};
const ORGANIZATION = {
	resourceType: 'Organization',
	id: 'plan',
	identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }],
};
const seen = nearly([
	...Object.values(claims),
	claim({ id: '1', prior: ['2'], updated: '2026-01-01T00:00:00Z' }),
	claim({ id: '2', replacedBy: ['1'], insurer: { reference: 'Organization/plan' } }),
	PROVENANCE,
	ORGANIZATION,
]);

test(
	`of damaged claims each has an answer, and one at most of a claim is current (${CASES} cases)`,
	() => {
		const property = fc.property(fc.array(seen, { minLength: 1, maxLength: 4 }), (damaged) => {
			const run = new RunClaims(new Set(['npi:1234567893']));
			const objects = damaged.filter(isObject);
			for (const each of objects) run.look(each, ORIGIN);
			run.close();
			const found = objects.map((each: IDataObject) => run.standingOf(each, ORIGIN));
			const isClaim = ({ resourceType, use }: IDataObject) =>
				resourceType === 'ExplanationOfBenefit' && (use === 'claim' || use === 'preauthorization');
			if (found.some((standing, at) => (standing !== undefined) !== isClaim(objects[at]))) {
				throw new Error('A claim has no answer, or something else has one');
			}
			const current = found.flatMap((standing) =>
				standing?.isCurrent === true ? (standing.claimIdentity ?? []) : [],
			);
			if (new Set(current).size < current.length) throw new Error('Two of a claim are current');
		});
		fc.assert(property, { seed: SEED, numRuns: CASES });
	},
	LIMIT_MS,
);
