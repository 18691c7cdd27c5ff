import type { Member } from '../members';
import { refusal, type Answer } from '../operationOutcome';
import { exportFiles } from './files';
import { startJob } from './jobStatus';
import { leavesOutYears, readKickOff } from './kickOff';
import { memberOfPatient } from './members';
import type { PayerRequest } from './payer';

/** `Patient/$export`: of everybody whom `$member-match` matched. */
export function exportPatients(asked: PayerRequest): Answer {
	return kickOff(asked, [...asked.payer.matchedMembers], '$export');
}

/** `Patient/{id}/$export`. */
export function exportPatient(asked: PayerRequest): Answer {
	const { payer, params, checks } = asked;
	const member = memberOfPatient(params.id);
	if (payer.settings.exports === 'patient-type') return noSuchOperation();
	if (!member) return refusal(404, 'not-found', 'There is no such patient.');
	const mustSearch = payer.rules.memberId === 'none' && payer.settings.memberId === 'dialect';
	const isFound = !mustSearch || payer.searchedMembers.has(member);
	checks.check('B33', 'the patient was searched by the identifier', isFound);
	return kickOff(asked, [member], '$export');
}

/** `Group/{id}/$export` or `Group/{id}/$davinci-data-export`. */
export function exportGroup(asked: PayerRequest): Answer {
	const { payer, params } = asked;
	const operation = payer.rules.groupExport?.operation ?? '$export';
	if (payer.settings.exports === 'patient-type') return noSuchOperation();
	const known = payer.groups.find(params.id);
	return known
		? kickOff(asked, known.members, operation, params.id)
		: refusal(404, 'not-found', 'There is no such group.');
}

/** An export by GET at a payer that wants POST. */
export function exportByGet({ payer, checks }: PayerRequest): Answer {
	if (payer.rules.bulkData === 4) checks.check('D6', 'exports start by POST', false);
	else checks.check('D14', '$davinci-data-export by POST', false);
	return methodNotAllowed();
}

function noSuchOperation(): Answer {
	return refusal(404, 'not-supported', 'There is no such operation here.');
}

/** 405 of an operation that wants POST. */
export function methodNotAllowed(): Answer {
	return { ...refusal(405, 'not-supported', 'Use POST.'), headers: { allow: 'POST' } };
}

function kickOff(asked: PayerRequest, all: readonly Member[], operation: string, groupId?: string): Answer {
	const { payer, request, checks } = asked;
	const { rules, settings, jobs, exportedGroups } = payer;
	const isDaVinci = operation === '$davinci-data-export';
	const wanted = readKickOff(request, rules, isDaVinci ? settings.exportType : undefined, checks);
	if ('complaint' in wanted) return wanted.complaint;
	if (isDaVinci && groupId !== undefined && !exportedGroups.has(groupId)) {
		const isWhole = !leavesOutYears(wanted, Date.now());
		checks.check('D14', 'the first export of a group reaches back five years', isWhole);
		exportedGroups.add(groupId);
	}
	const { patients } = wanted;
	const members = all.filter(({ row }) => patients.length === 0 || patients.includes(row.memberId));
	if (patients.some((id) => !members.some(({ row }) => row.memberId === id))) {
		return refusal(400, 'not-found', 'A patient is not among those that are exported here.');
	}
	const [only] = members;
	const job = {
		files: exportFiles(members, wanted, settings, rules.bulkData >= 2),
		failure: members.length === 1 && only.export === 'failed' ? 'The export failed.' : undefined,
		byPatient: wanted.byPatient,
		filesInPart: wanted.inParts ? settings.manifestFiles : undefined,
		separateStatus: wanted.separateStatus,
	};
	return startJob(asked, jobs.nextId(), job, rules.exportStatus);
}
