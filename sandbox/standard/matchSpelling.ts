import { refusal, type Answer } from '../operationOutcome';
import type { StandardSettings } from './settings';

/** Names of the drafts of HRex, and what they are called since 1.0. */
const NAMES = { OldCoverage: 'CoverageToMatch', NewCoverage: 'CoverageToLink' };

function hrexName(name: string): string {
	return Object.hasOwn(NAMES, name) ? NAMES[name as keyof typeof NAMES] : name;
}

/** The body of `$member-match` with the names of HRex, or the refusal of one that the payer spells otherwise. */
export function readSpelled(
	body: unknown,
	{ coverageNames, matchRequestId }: StandardSettings,
): { body: unknown } | { refused: Answer } {
	const parameters = (body ?? {}) as fhir4.Parameters;
	if (matchRequestId !== '' && parameters.id !== matchRequestId) {
		return { refused: refusal(400, 'invalid', `Parameters.id must be ${matchRequestId}.`) };
	}
	if (coverageNames === 'hrex') return { body };
	const { parameter = [] } = parameters;
	if (!parameter.some(({ name }) => name === 'OldCoverage')) {
		return { refused: refusal(400, 'required', 'There is no OldCoverage.') };
	}
	return {
		body: { ...parameters, parameter: parameter.map((each) => ({ ...each, name: hrexName(each.name) })) },
	};
}
