import { checkBulkMatchBody, checkMatchBody, type HrexVersion } from '../../sandbox/standard/matchRules';
import { Violations } from '../../sandbox/standard/violations';

function linesOf(check: (violations: Violations) => void): string[] {
	const violations = new Violations();
	check(violations);
	return violations.all().map(({ line }) => line);
}

/** The lines of the checklist that a body of `$member-match` breaks, as the sandbox's judge finds, not the nodes. */
export function brokenLines(body: unknown, version?: HrexVersion): string[] {
	return linesOf((violations) => checkMatchBody(body, violations, version));
}

/** The same for the MemberBundles of a `$bulk-member-match`, each line once. */
export function brokenBulkLines(parameter: object[]): string[] {
	const body = { resourceType: 'Parameters', parameter };
	return [...new Set(linesOf((violations) => checkBulkMatchBody(body, violations)))];
}
