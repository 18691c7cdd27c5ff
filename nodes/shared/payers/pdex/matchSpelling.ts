import { isObject } from '../../fhir/json';
import type { StandardSettings } from './settings';

/** Names of the drafts of HRex before 1.0, which some servers still want. */
const OLD_NAMES: Record<string, string> = { CoverageToMatch: 'OldCoverage', CoverageToLink: 'NewCoverage' };

/** A match request as the payer spells it: with its own id of the Parameters, and its names of the coverages. */
export function asSpelled(
	{ requestId, coverageNames }: Pick<StandardSettings, 'requestId' | 'coverageNames'>,
	parameters: object,
): object {
	const isOld = coverageNames === 'old';
	const spelled =
		'parameter' in parameters && isOld ? withOldNames(parameters, parameters.parameter) : parameters;
	return requestId === undefined ? spelled : { ...spelled, id: requestId };
}

function withOldNames(parameters: object, list: unknown): object {
	if (!Array.isArray(list)) return parameters;
	const renamed = list.map((each: unknown) => {
		const name = isObject(each) && typeof each.name === 'string' ? OLD_NAMES[each.name] : undefined;
		return isObject(each) && name !== undefined ? { ...each, name } : each;
	});
	return { ...parameters, parameter: renamed };
}
