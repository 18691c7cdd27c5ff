import type { Finding } from '../../shared/n8n/findings';
import type { ExchangePartners, MatchSettings, RequestProfile } from '../../shared/payers/payer';
import type { HrexDetails } from '../request/member';
import { HREX_GROUP, saysAnything } from './hrexDetails';

/** Which request an item becomes. */
export interface RequestChoice {
	/** Both plans, where it is a full HRex one. */
	partners?: ExchangePartners;
	/** The rules that it must keep. */
	profiles: RequestProfile[];
	findings: Finding[];
}

const FULL_REQUEST = 'Send the Full HRex Request';

/**
 * Chooses between the request of the payer and a full HRex one, and names the plans of the latter: those of the form, each as a
 * whole since name and NPI belong together, else those of the credential.
 *
 * @param isAsked whether the form asks for a full request; it is sent anyway to a payer that wants no other
 */
export function chooseRequest(
	{ profile, partners: ofCredential, fullRequestProfile }: MatchSettings,
	isAsked: boolean,
	details: HrexDetails,
): RequestChoice {
	const isOnRequest = ofCredential === undefined && fullRequestProfile !== undefined && isAsked;
	if (ofCredential === undefined && !isOnRequest) {
		return { profiles: [profile], findings: saysAnything(details) ? [DETAILS_NOT_SENT] : [] };
	}
	const partners = {
		requesting: details.requesting ?? ofCredential?.requesting ?? {},
		responding: details.responding ?? ofCredential?.responding ?? {},
	};
	return {
		partners,
		profiles: isOnRequest ? [profile, fullRequestProfile] : [profile],
		findings: namelessPlans(partners, ofCredential !== undefined),
	};
}

const DETAILS_NOT_SENT: Finding = {
	parameter: 'hrexDetails',
	says: `'HRex Details' are filled in, but this payer gets them with a full HRex request only`,
	whatToDo: `Switch on '${FULL_REQUEST}' in HRex Details, or take the other details out.`,
};

/** HRex wants both plans named in every request. */
function namelessPlans({ requesting, responding }: ExchangePartners, isOfCredential: boolean): Finding[] {
	const plans = [
		[requesting, 'Requesting Plan Name', 'Your Plan Name'],
		[responding, 'Responding Plan Name', 'Payer Name'],
	] as const;
	return plans
		.filter(([{ name, npi }]) => !name && !npi)
		.map(([, inForm, inCredential]) =>
			isOfCredential
				? {
						says: `'${inCredential}' of the credential is empty: enter it there, or the NPI, or '${inForm}' in HRex Details`,
					}
				: {
						parameter: 'hrexDetails',
						says: `'${HREX_GROUP}${inForm}' is empty: the full HRex request needs it, or the NPI`,
					},
		);
}
