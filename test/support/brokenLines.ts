import { checkBulkMatchBody, checkMatchBody, type HrexVersion } from '../../sandbox/standard/matchRules';
import { Violations } from '../../sandbox/standard/violations';

function linesOf(check: (violations: Violations) => void): string[] {
	const violations = new Violations();
	check(violations);
	return violations.all().map(({ line }) => line);
}

/** The checklist lines that a `$member-match` body violates, as found by the sandbox's checker and not by the nodes. */
export function brokenLines(body: unknown, version?: HrexVersion): string[] {
	return linesOf((violations) => checkMatchBody(body, violations, version));
}

/** The same for the MemberBundles of a `$bulk-member-match`, without duplicates. */
export function brokenBulkLines(parameter: object[]): string[] {
	const body = { resourceType: 'Parameters', parameter };
	return [...new Set(linesOf((violations) => checkBulkMatchBody(body, violations)))];
}
