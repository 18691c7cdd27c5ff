/**
 * The R4 resource types that can be data of a member, or what such data refers to: the patient compartment, and administrative types.
 * Types that steer a server (Subscription, SearchParameter, StructureDefinition, …), hold terminology, or are frames (Bundle,
 * Parameters, OperationOutcome) are not among them: nothing of a payer's may reach another server as one of those.
 */
const MEMBER_DATA_TYPES = new Set(
	`Account AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary BodyStructure
	CarePlan CareTeam ChargeItem Claim ClaimResponse ClinicalImpression Communication CommunicationRequest Composition
	Condition Consent Contract Coverage CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue Device
	DeviceMetric DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference Encounter
	EnrollmentRequest EnrollmentResponse EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Flag Goal Group
	GuidanceResponse HealthcareService ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation
	InsurancePlan Invoice List Location MeasureReport Media Medication MedicationAdministration MedicationDispense
	MedicationKnowledge MedicationRequest MedicationStatement MolecularSequence NutritionOrder Observation Organization
	OrganizationAffiliation Patient PaymentNotice PaymentReconciliation Person Practitioner PractitionerRole Procedure
	Provenance QuestionnaireResponse RelatedPerson RequestGroup ResearchSubject RiskAssessment Schedule ServiceRequest
	Slot Specimen Substance SupplyDelivery SupplyRequest Task VisionPrescription`.split(/\s+/),
);

/** The other resource types of R4. */
const OTHER_TYPES = new Set(
	`ActivityDefinition BiologicallyDerivedProduct Bundle CapabilityStatement CatalogEntry ChargeItemDefinition CodeSystem CompartmentDefinition
	ConceptMap DeviceDefinition EffectEvidenceSynthesis Endpoint EventDefinition Evidence EvidenceVariable ExampleScenario
	GraphDefinition ImplementationGuide Library Linkage Measure MedicinalProduct MedicinalProductAuthorization
	MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction
	MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical MedicinalProductUndesirableEffect
	MessageDefinition MessageHeader NamingSystem ObservationDefinition OperationDefinition OperationOutcome Parameters
	PlanDefinition Questionnaire ResearchDefinition ResearchElementDefinition ResearchStudy RiskEvidenceSynthesis
	SearchParameter SpecimenDefinition StructureDefinition StructureMap Subscription SubstanceNucleicAcid SubstancePolymer
	SubstanceProtein SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification TerminologyCapabilities
	TestReport TestScript ValueSet VerificationResult`.split(/\s+/),
);

/** Whether a text is the name of a resource type of R4. */
export function isResourceType(type: string): boolean {
	return MEMBER_DATA_TYPES.has(type) || OTHER_TYPES.has(type);
}

const BY_SMALL_LETTERS = new Map(
	[...MEMBER_DATA_TYPES, ...OTHER_TYPES].map((type) => [type.toLowerCase(), type]),
);

/** The resource type of R4 that a text spells, whatever its capital letters. */
export function resourceTypeOf(text: string): string | undefined {
	return BY_SMALL_LETTERS.get(text.toLowerCase());
}

/** Whether a resource type can be data of a member. */
export function isMemberDataType(type: string): boolean {
	return MEMBER_DATA_TYPES.has(type);
}
