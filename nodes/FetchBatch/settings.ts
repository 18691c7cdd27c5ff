import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { FILE_LIMITS, ITEMS_LIMITS } from '../shared/fhir/limits';
import { Misread, readDate } from '../shared/fhir/values';
import { findingsError } from '../shared/n8n/findings';
import { keepTryingMs, optionsOf } from '../shared/n8n/parameters';
import { SECOND } from '../shared/n8n/time';
import { MAX_BUNDLE_ENTRIES, type BundleLimits, type BundleType } from './bundles';
import type { ItemsLimits } from './itemsCeiling';

const OUTPUTS_AS = ['items', 'file', 'bundles', 'bundlesText'] as const;
const MEGABYTE = 1024 * 1024;
const DEFAULT_IDLE_SECONDS = 60;

/** The settings of Fetch Batch for one item. */
export interface FetchSettings {
	outputAs: (typeof OUTPUTS_AS)[number];
	/** Wrap each resource with its origin (Items only). */
	addOrigin: boolean;
	bundle: BundleLimits;
	bundleType: BundleType;
	/** Maximum number of resources; not for files. */
	maxResources?: number;
	/** Maximum size of the rejected lines that are kept. */
	maxRejectedBytes: number;
	/** `YYYY-MM-DD`. Care entirely before this day is left out; in a file it is only counted. */
	dateOfServiceFrom?: string;
	/** Pass on what is of other patients, too. */
	giveOthers: boolean;
	/** Pass on one of each resource, where the payer sends it twice. */
	oneEach: boolean;
	/** Output one item for each deletion on a third output. */
	deletionItems: boolean;
	/** Output resources that are labelled as protected apart. */
	setsProtectedAside: boolean;
	/** Timeout while no bytes arrive. */
	idleMs: number;
	/** For what passes before and between the attempts at a file. */
	waitingMs: number;
	/** Of a file, most lines are not parsed. */
	checksEndsOnly: boolean;
	/** Maximum size of a file. */
	fileGigabytes: number;
}

/** How much the items of the node run may hold, by the options of the first item. @throws ExchangeError if an option is out of range */
export function readItemsLimits(options: IDataObject): ItemsLimits {
	const range: [least: number, most: number] = [1, Number.MAX_SAFE_INTEGER];
	return {
		resources: readOption(options.itemsResources, 'Items Up To (Resources)', ITEMS_LIMITS.resources, range),
		megabytes: readOption(options.itemsMegabytes, 'Items Up To (MB)', ITEMS_LIMITS.megabytes, range),
	};
}

/** Reads the node's parameters for one item. @throws ExchangeError if an option is out of range */
export function readFetchSettings(context: IExecuteFunctions, itemIndex: number): FetchSettings {
	const options = optionsOf(context, itemIndex);
	const chosen: unknown = context.getNodeParameter('outputAs', itemIndex);
	const outputAs = OUTPUTS_AS.find((each) => each === chosen) ?? 'items';
	const option = (name: string, label: string, defaultValue: number, range: [least: number, most: number]) =>
		readOption(options[name], label, defaultValue, range);
	const bundles = outputAs === 'bundles' || outputAs === 'bundlesText';
	return {
		outputAs,
		addOrigin: options.addOrigin === true,
		bundle: {
			entries: bundles
				? option('bundleEntries', 'Bundle Entries Up To', 100, [1, MAX_BUNDLE_ENTRIES])
				: MAX_BUNDLE_ENTRIES,
			bytes: bundles ? option('bundleMegabytes', 'Bundle Size Up To (MB)', 5, [1, 100]) * MEGABYTE : MEGABYTE,
		},
		bundleType: options.bundleType === 'batch' ? 'batch' : 'transaction',
		maxResources:
			options.limit === undefined ? undefined : option('limit', 'Limit', 50, [1, Number.MAX_SAFE_INTEGER]),
		maxRejectedBytes: (Number(options.rejectedMegabytes) || 10) * MEGABYTE,
		dateOfServiceFrom: readDay(options.dateOfServiceFrom),
		giveOthers: options.otherPatients === 'give',
		oneEach: options.duplicates === 'one',
		deletionItems: options.deletionItems === true,
		setsProtectedAside: options.setAsideProtected === true,
		idleMs: (Number(options.idleSeconds) || DEFAULT_IDLE_SECONDS) * SECOND,
		waitingMs: keepTryingMs(options),
		checksEndsOnly: outputAs === 'file' && options.checkLines === 'ends',
		fileGigabytes: Number(options.fileGigabytes) || FILE_LIMITS.gigabytes,
	};
}

/** Reads an integer option. @throws ExchangeError if it is not an integer, or out of range */
function readOption(
	value: unknown,
	label: string,
	defaultValue: number,
	[least, most]: [least: number, most: number],
): number {
	if (value === undefined) return defaultValue;
	if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
	const upTo = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
	throw findingsError('The request', [
		{ parameter: 'options', says: `'${label}' must be a whole number ${upTo}` },
	]);
}

/** Reads a date option. @throws ExchangeError if it is not a date */
function readDay(value: unknown): string | undefined {
	const day = readDate(value);
	if (!(day instanceof Misread)) return day;
	throw findingsError('The request', [
		{ parameter: 'options', says: `'Date of Service From' must be ${day.wanted}` },
	]);
}
