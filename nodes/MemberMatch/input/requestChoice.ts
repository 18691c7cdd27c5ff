import type { Finding } from '../../shared/n8n/findings';
import type { ExchangePartners, MatchSettings, RequestProfile } from '../../shared/payers/payer';
import type { HrexDetails } from '../request/member';
import { HREX_GROUP, hasDetails } from './hrexDetails';

/** The kind of request to send for an item. */
export interface RequestChoice {
	/** Both plans, for a full HRex request. */
	partners?: ExchangePartners;
	/** The rules that it must follow. */
	profiles: RequestProfile[];
	findings: Finding[];
}

const FULL_REQUEST = 'Send the Full HRex Request';

/**
 * Chooses between the payer's short request and a full HRex request, and the plans for the latter. A plan from the form
 * replaces the credential's completely, because name and NPI belong together.
 *
 * @param isFullRequested whether the form selects a full request; some payers always get one
 */
export function chooseRequest(
	{ profile, partners: credentialPartners, fullRequestProfile }: MatchSettings,
	isFullRequested: boolean,
	details: HrexDetails,
): RequestChoice {
	const isFullRequest =
		credentialPartners === undefined && fullRequestProfile !== undefined && isFullRequested;
	if (credentialPartners === undefined && !isFullRequest) {
		return { profiles: [profile], findings: hasDetails(details) ? [DETAILS_NOT_SENT] : [] };
	}
	const partners = {
		requesting: details.requesting ?? credentialPartners?.requesting ?? {},
		responding: details.responding ?? credentialPartners?.responding ?? {},
	};
	return {
		partners,
		profiles: isFullRequest ? [profile, fullRequestProfile] : [profile],
		findings: unnamedPlans(partners, credentialPartners !== undefined),
	};
}

const DETAILS_NOT_SENT: Finding = {
	parameter: 'hrexDetails',
	says: `'HRex Details' are filled in, but this payer gets them with a full HRex request only`,
	whatToDo: `Switch on '${FULL_REQUEST}' in HRex Details, or take the other details out.`,
};

/** Findings for plans without name and NPI; HRex requires both plans in every request. */
function unnamedPlans({ requesting, responding }: ExchangePartners, isFromCredential: boolean): Finding[] {
	const plans = [
		[requesting, 'Requesting Plan Name', 'Your Plan Name'],
		[responding, 'Responding Plan Name', 'Payer Name'],
	] as const;
	return plans
		.filter(([{ name, npi }]) => !name && !npi)
		.map(([, inForm, inCredential]) =>
			isFromCredential
				? {
						says: `'${inCredential}' of the credential is empty: enter it there, or the NPI, or '${inForm}' in HRex Details`,
					}
				: {
						parameter: 'hrexDetails',
						says: `'${HREX_GROUP}${inForm}' is empty: the full HRex request needs it, or the NPI`,
					},
		);
}
