import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { CONSENT_ENDED } from '../shared/exchange/consentEnd';
import { countOf, textOf } from '../shared/fhir/json';
import { emptyTypesHint } from '../shared/exchange/emptyTypes';
import { withoutErrors } from '../shared/n8n/errorItems';
import { pluralize, type Hint } from '../shared/n8n/hints';
import type { PayersMet } from './payersMet';

/** The outputs of Fetch Batch. */
export const RESOURCES = 0;
export const BATCH_REPORT = 1;
/** Only with the option Deletions as Items. */
export const DELETIONS = 2;

/** The output Protected, which is the last but the error output; only with the option Set Aside Protected Data. */
export function protectedOutput({ deletionItems }: { deletionItems: boolean }): number {
	return deletionItems ? DELETIONS + 1 : DELETIONS;
}

/** Number of items above which memory becomes a concern: n8n keeps all items of a run, for each node they pass through. */
const MANY_ITEMS = 50_000;

/**
 * Hints about files that the consent no longer covers, incomplete files, resources left out by date, deletions that are not output, and too many items in memory.
 * @param areDeletionsGiven with the option Deletions as Items
 */
export function batchHints(
	context: Pick<IExecuteFunctions, 'getNode'>,
	[resources, leftByReport]: INodeExecutionData[][],
	areDeletionsGiven = false,
): Hint[] {
	const hints: Hint[] = [];
	const { items: reports, errors, errorOutput } = withoutErrors(context, leftByReport, 'Batch Report');
	const ended = reports.filter(({ json }) => json.outcome === CONSENT_ENDED).length;
	if (ended > 0) {
		hints.push({
			message: `${ended} of ${leftByReport.length} files were not fetched: the consent has ended. The output Batch Report says since when.`,
			type: 'warning',
		});
	}
	const isPartial = ({ outcome }: IDataObject) => outcome !== 'complete' && outcome !== CONSENT_ENDED;
	const partial = reports.filter(({ json }) => isPartial(json)).length;
	if (partial > 0) {
		hints.push({
			message: `${partial} of ${leftByReport.length} files are not whole. The output Batch Report says why.`,
			type: 'warning',
		});
	}
	if (errors > 0) {
		hints.push({
			message: `${errors} of ${leftByReport.length} files could not be fetched. The output ${errorOutput} says why.`,
			type: 'warning',
		});
	}
	const others = reports.reduce((sum, { json }) => sum + (countOf(json.otherPatients) ?? 0), 0);
	if (others > 0) {
		hints.push({
			message: `${pluralize(others, 'resource belongs', 'resources belong')} to patients who were not asked for. None has your Member ID; the Batch Report says which files, and holds what was kept apart. Tell the payer.`,
			type: 'warning',
		});
	}
	const earlier = reports.reduce((sum, { json }) => sum + (countOf(json.beforeDateOfService) ?? 0), 0);
	if (earlier > 0) {
		hints.push({
			message: `${pluralize(earlier, 'resource tells', 'resources tell')} of care before the Date of Service From: left out of Resources, or kept where they are in an NDJSON file. The output Batch Report says how many of which file.`,
			type: 'info',
		});
	}
	hints.push(...contentHints(reports.map(({ json }) => json)));
	const deleted = reports.reduce((sum, { json }) => sum + (countOf(json.deletions) ?? 0), 0);
	if (deleted > 0 && !areDeletionsGiven) {
		hints.push({
			message: `The payer has deleted ${pluralize(deleted, 'resource', 'resources')} since the last export: listed in the Batch Report. The option Deletions as Items gives one item for each.`,
			type: 'info',
		});
	}
	if (resources.length >= MANY_ITEMS) {
		hints.push({
			message: `${resources.length} items are in n8n's memory. For exports of this size choose Output As: NDJSON File, and work through them with Read NDJSON File.`,
			type: 'warning',
		});
	}
	return hints;
}

/** Hints about what is in the files. */
function contentHints(reports: readonly IDataObject[]): Hint[] {
	const sum = (key: string) => reports.reduce((all, json) => all + (countOf(json[key]) ?? 0), 0);
	const hints: Hint[] = [];
	const [documents, duplicates, leftOut, numbers] = [
		'documentsByAddress',
		'duplicates',
		'duplicatesLeftOut',
		'numbersChanged',
	].map(sum);
	if (documents > 0) {
		hints.push({
			message: `${pluralize(documents, 'document is', 'documents are')} named by address only (Attachment.url): the documents themselves did not come. Fetch Documents gets them; the Batch Report says how many are in which file.`,
			type: 'info',
		});
	}
	if (duplicates > 0) {
		const what = leftOut > 0 ? `${leftOut} were left out` : 'The option Duplicates: One Each leaves them out';
		hints.push({
			message: `The payer sent ${pluralize(duplicates, 'resource', 'resources')} more than once in a file, ${sum('duplicatesDifferent')} of them with other contents. ${what}.`,
			type: 'info',
		});
	}
	if (numbers > 0) {
		hints.push({
			message: `${pluralize(numbers, 'number reads', 'numbers read')} otherwise in an item than the payer wrote ${numbers === 1 ? 'it' : 'them'}, such as 120.50, which JavaScript makes 120.5. Output As NDJSON File or FHIR Bundles as Text keeps every digit.`,
			type: 'info',
		});
	}
	const found = reports.filter(({ findings }) => Array.isArray(findings)).length;
	if (found > 0) {
		hints.push({
			message: `${pluralize(found, 'file differs', 'files differ')} from what was asked for, or could not be compared with all that the payer states. The Batch Report says how (findings).`,
			type: 'info',
		});
	}
	const isEmptied = ({ emptiedByDate }: IDataObject) => emptiedByDate === true;
	hints.push(...emptyTypesHint(reports.filter(isEmptied).flatMap(({ type }) => textOf(type) ?? [])));
	return hints;
}

/** The hints where Bundles or files of several payers meet under the ids of the payers. */
export function severalPayersHints({ here, further }: PayersMet): Hint[] {
	const hints: Hint[] = further.map(({ other, at }) => ({
		message: `'${other}' has fetched from another payer, and '${at}' comes after both. If Bundles or files of both are stored there, they meet under the payers' own IDs: two may call different things Patient/1001, and a server keeps the last. The option Prepare For My Server, in both nodes, gives each an ID of yours.`,
		type: 'info',
	}));
	if (here.size < 2) return hints;
	return [
		{
			message: `Data of ${here.size} payers meets here under their own IDs: two may call different things Patient/1001, and a server keeps the last. The option Prepare For My Server gives each an ID of yours.`,
			type: 'warning',
		},
		...hints,
	];
}
