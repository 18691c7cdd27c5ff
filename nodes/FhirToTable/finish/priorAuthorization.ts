import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import { addressIn } from '../shipped/shippedView';
import view from '../views/prior_authorization.json';
import { made, type FinishingColumn } from './finishingColumn';
import { standingColumns } from './standing';

const REVIEW_ACTION = addressIn(view, 'review_action');
const ACTION_CODE = addressIn(view, 'review_code');
const WHEN_ADJUDICATED = addressIn(view, 'action_date');
const SUPPORTING_INFO = addressIn(view, 'pas_info');

/** A decision on an item, or on the whole request. */
interface Review {
	code: string | null;
	number: string | null;
	reason: string | null;
	date: string | null;
}

/** The newest decision of a list of adjudications, kept for the next column and the next item. */
const NEWEST = new WeakMap<object, Review | undefined>();

function newestReview(adjudications: unknown): Review | undefined {
	if (!Array.isArray(adjudications)) return undefined;
	if (!NEWEST.has(adjudications)) {
		const reviews = objectsOf(adjudications).flatMap(reviewOf);
		const time = ({ date }: Review) => (date === null ? NaN : Date.parse(date)) || 0;
		NEWEST.set(
			adjudications,
			reviews.reduce<Review | undefined>(
				(newest, each) => (newest === undefined || time(each) > time(newest) ? each : newest),
				undefined,
			),
		);
	}
	return NEWEST.get(adjudications);
}

function reviewOf({ extension }: IDataObject): Review[] {
	const action = extensionsOf(extension, REVIEW_ACTION).at(0);
	if (action === undefined) return [];
	const [code] = extensionsOf(action.extension, ACTION_CODE);
	const [number] = extensionsOf(action.extension, 'number');
	const [reason] = extensionsOf(action.extension, 'reasonCode');
	const [when] = extensionsOf(extension, WHEN_ADJUDICATED);
	return [
		{
			code: codeOf(code?.valueCodeableConcept),
			number: textOf(number?.valueString) ?? null,
			reason: codeOf(reason?.valueCodeableConcept),
			date: textOf(when?.valueDateTime) ?? null,
		},
	];
}

const extensionsOf = (extensions: unknown, wanted: string): IDataObject[] =>
	objectsOf(extensions).filter(({ url }) => url === wanted);

function codeOf(concept: unknown): string | null {
	const coded = objectsOf(isObject(concept) ? concept.coding : undefined).find(({ code }) => textOf(code));
	return textOf(coded?.code) ?? null;
}

/** A column of the newest decision on the item, or else on the whole request. */
function reviewColumn(name: string, type: string, part: keyof Review, description: string): FinishingColumn {
	return made(
		name,
		type,
		`${description}: of the newest decision on the item, or else on the whole request (adjudication, extension reviewAction).`,
		(_, resource, __, index) => {
			const item: unknown = Array.isArray(resource.item) ? resource.item[index] : undefined;
			const own = newestReview(isObject(item) ? item.adjudication : undefined);
			return (own ?? newestReview(resource.adjudication))?.[part] ?? null;
		},
	);
}

/** Finishing columns of the table prior_authorization. */
export const priorAuthorization: FinishingColumn[] = [
	...standingColumns,
	made(
		'item_number',
		'positiveInt',
		'Number of the item (item.sequence); 1 for an authorization without items.',
		({ item_number: number }, _, __, index) => (typeof number === 'number' ? number : index + 1),
	),
	reviewColumn('review_action_code', 'code', 'code', 'Decision, X12 306'),
	reviewColumn('review_number', 'string', 'number', 'Number of the decision'),
	reviewColumn('review_reason_code', 'code', 'reason', 'Reason of a refusal or a partial approval, X12'),
	reviewColumn('review_action_date', 'dateTime', 'date', 'When the decision was taken, as sent'),
	made(
		'document_count',
		'integer',
		'How many supporting documents it names (supportingInfo of category additionalInformation).',
		(_, { supportingInfo }) =>
			objectsOf(supportingInfo).filter(({ category, valueReference }) => {
				const codings = objectsOf(isObject(category) ? category.coding : undefined);
				const isDocument = codings.some(
					({ system, code }) => system === SUPPORTING_INFO && code === 'additionalInformation',
				);
				return isDocument && isObject(valueReference);
			}).length,
	),
];
