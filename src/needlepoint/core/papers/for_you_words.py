"""What a rule's reason means for the patient, in plain words: English, Spanish.

No number stands here: what a sentence rests on is printed beside it, and the rule itself, with its
number, is for the clinician.
"""

from __future__ import annotations

Pair = tuple[str, str]

# By the contraindication that holds or warns.
ABOUT: dict[str, Pair] = {
    "infection_local": (
        "You have an infection where the needle would go. It must heal first.",
        "Tiene una infección donde entraría la aguja. Primero tiene que curarse.",
    ),
    "infection_systemic": (
        "You have an infection in your body. It must be treated before this is done.",
        "Tiene una infección en el cuerpo. Hay que tratarla antes de hacer esto.",
    ),
    "fever": (
        "You have a fever. We must find the cause before this is done.",
        "Tiene fiebre. Hay que saber la causa antes de hacer esto.",
    ),
    "neutropenia": (
        "You have too few of the blood cells that fight germs. This must wait.",
        "Tiene muy pocas células de la sangre que combaten los gérmenes. Esto tiene que esperar.",
    ),
    "immunosuppression": (
        "Your body fights germs less well, so an infection is more likely for you.",
        "Sus defensas son más débiles, así que una infección es más probable en su caso.",
    ),
    "bleeding_disorder": (
        "Your blood does not clot as it should, so bleeding is more likely for you.",
        "Su sangre no coagula como debe, así que un sangrado es más probable en su caso.",
    ),
    "recent_clot": (
        "You had a stroke or a blood clot not long ago. Your blood thinner must not be stopped "
        "now, so this should wait.",
        "Tuvo hace poco un derrame cerebral o un coágulo. Ahora no se puede parar su "
        "anticoagulante, "
        "así que esto debe esperar.",
    ),
    "recent_stent": (
        "You got a heart stent not long ago. The medicine that keeps it open must not be stopped.",
        "Le pusieron hace poco un stent en el corazón. No se puede parar la medicina que lo "
        "mantiene "
        "abierto.",
    ),
    "progressive_deficit": (
        "You are losing strength or feeling. That must be looked at at once, before any injection.",
        "Está perdiendo fuerza o sensibilidad. Hay que mirarlo enseguida, antes de cualquier "
        "inyección.",
    ),
    "cauda_equina": (
        "You may have pressure on the nerves at the end of your spine. Go to an emergency "
        "department now.",
        "Puede tener presión en los nervios del final de la columna. Vaya a urgencias ahora.",
    ),
    "raised_pressure": (
        "The pressure in your head is too high for an injection near the spinal cord.",
        "La presión dentro de su cabeza es demasiado alta para una inyección cerca de la médula.",
    ),
    "severe_stenosis_cervical": (
        "Your spinal canal is very narrow where the needle would go. We must choose another place.",
        "Su canal de la columna es muy estrecho donde entraría la aguja. Hay que elegir otro "
        "lugar.",
    ),
    "cervical_il_imaging": (
        "We must look at a scan of your neck before the needle goes in.",
        "Tenemos que ver una imagen de su cuello antes de poner la aguja.",
    ),
    "thoracic_il_imaging": (
        "We must look at a scan of your upper back before the needle goes in.",
        "Tenemos que ver una imagen de su espalda alta antes de poner la aguja.",
    ),
    "cervical_il_level": (
        "The needle must go in lower down in your neck, where there is more room.",
        "La aguja debe entrar más abajo en el cuello, donde hay más espacio.",
    ),
    "laminectomy_level": (
        "You had an operation there, so there may be scars where the needle would go.",
        "Le operaron ahí, así que puede haber cicatrices donde entraría la aguja.",
    ),
    "dysraphism": (
        "Your spine is formed in a different way. We must look at your scan first.",
        "Su columna tiene una forma distinta. Primero tenemos que ver su imagen.",
    ),
    "distorted": (
        "Your spine has a changed shape, so the needle is harder to place.",
        "Su columna ha cambiado de forma, así que es más difícil colocar la aguja.",
    ),
    "tumour_path": (
        "There is a growth in the way of the needle.",
        "Hay un tumor en el camino de la aguja.",
    ),
    "lead_imaging": (
        "We need a scan of your spine before a wire is placed there.",
        "Necesitamos una imagen de su columna antes de poner ahí un cable.",
    ),
    "ganglion_lead_imaging": (
        "We need a scan of your spine before a wire is placed beside the nerve.",
        "Necesitamos una imagen de su columna antes de poner un cable junto al nervio.",
    ),
    "csf_block": (
        "The fluid in your spine cannot flow freely, so medicine cannot be given into it.",
        "El líquido de su columna no circula bien, así que no se puede poner medicina en él.",
    ),
    "pregnancy_fluoroscopy": (
        "You are pregnant. X-rays can harm your baby.",
        "Está embarazada. Los rayos X pueden dañar a su bebé.",
    ),
    "pregnancy_implant": (
        "You are pregnant. This should wait until after the birth.",
        "Está embarazada. Esto debe esperar hasta después del parto.",
    ),
    "radiation_total": (
        "You have had a lot of X-rays in the last year. Look at your skin where they went in and "
        "tell us if it changes.",
        "Ha recibido muchos rayos X en el último año. Mire su piel en ese lugar y díganos si "
        "cambia.",
    ),
    "glucose_day": (
        "Your blood sugar is too high. It must come down first.",
        "Su azúcar en la sangre está demasiado alta. Primero tiene que bajar.",
    ),
    "hba1c_any": (
        "Your blood sugar has been too high for a long time. The steroid should wait.",
        "Su azúcar en la sangre ha estado muy alta durante mucho tiempo. El corticoide debe "
        "esperar.",
    ),
    "glucose_low": (
        "Your blood sugar is too low. You need sugar first.",
        "Su azúcar en la sangre está demasiado baja. Primero necesita azúcar.",
    ),
    "glucose_no_steroid": (
        "Your blood sugar is too high for a steroid today.",
        "Su azúcar en la sangre está demasiado alta hoy para un corticoide.",
    ),
    "hba1c_reduce": (
        "Your blood sugar has been high. You should get less steroid, or none.",
        "Su azúcar en la sangre ha estado alta. Debe recibir menos corticoide, o ninguno.",
    ),
    "diabetes_warn": (
        "You have diabetes. The steroid makes your blood sugar go up for some days. Check it more "
        "often and ask us what to do when it is high.",
        "Tiene diabetes. El corticoide le sube el azúcar durante unos días. Mídala más a menudo y "
        "pregúntenos qué hacer si está alta.",
    ),
    "hba1c_implant": (
        "Your blood sugar has been too high, so an implant could get infected. It should wait.",
        "Su azúcar ha estado muy alta, así que un implante se podría infectar. Debe esperar.",
    ),
    "heart_failure": (
        "Your heart is weak. The steroid can make you hold water. Weigh yourself each day "
        "and call us if your weight goes up or you are short of breath.",
        "Su corazón está débil. El corticoide puede hacer que retenga líquido. Pésese cada día y "
        "llámenos si sube de peso o le falta el aire.",
    ),
    "heart_failure_acute": (
        "Your heart failure is getting worse. It must be treated first.",
        "Su insuficiencia cardíaca está empeorando. Primero hay que tratarla.",
    ),
    "glaucoma": (
        "You have glaucoma. The steroid can raise the pressure in your eye, so it must be checked.",
        "Tiene glaucoma. El corticoide puede subir la presión del ojo, así que hay que medirla.",
    ),
    "osteoporosis": (
        "Your bones are weak. Steroids can make them weaker, so you should get as few as possible.",
        "Sus huesos están débiles. Los corticoides los debilitan más, así que debe recibir los "
        "menos "
        "posibles.",
    ),
    "psychosis": (
        "The steroid can bring back a mental illness that you have had. Your doctor for it must be "
        "asked first.",
        "El corticoide puede hacer volver una enfermedad mental que ha tenido. Primero hay que "
        "preguntar al médico que la trata.",
    ),
    "bipolar": (
        "The steroid can change your mood strongly. Tell us and those close to you if you sleep "
        "little or feel unlike yourself.",
        "El corticoide puede cambiarle mucho el ánimo. Avísenos a nosotros y a los suyos si duerme "
        "poco o no se siente como siempre.",
    ),
    "recent_mi": (
        "You had a heart attack not long ago, so the steroid should be avoided.",
        "Tuvo un infarto hace poco, así que es mejor evitar el corticoide.",
    ),
    "adrenal": (
        "Your body makes too little of its own steroid. You need a plan for extra doses first.",
        "Su cuerpo produce muy poco corticoide propio. Primero necesita un plan de dosis extra.",
    ),
    "steroid_taken": (
        "You take a steroid already. Do not stop it on your own, and tell us how much you take.",
        "Ya toma un corticoide. No lo deje por su cuenta y díganos cuánto toma.",
    ),
    "tuberculosis": (
        "You have tuberculosis that is asleep. Steroids can wake it up.",
        "Tiene tuberculosis dormida. Los corticoides la pueden despertar.",
    ),
    "live_vaccine": (
        "You had a live vaccine not long ago, so the steroid should wait.",
        "Le pusieron hace poco una vacuna viva, así que el corticoide debe esperar.",
    ),
    "fungal": (
        "You have a fungal infection in your body. A steroid would make it worse.",
        "Tiene una infección por hongos en el cuerpo. Un corticoide la empeoraría.",
    ),
    "arthroplasty": (
        "This joint was replaced not long ago. A steroid in it could bring an infection.",
        "Le pusieron hace poco una prótesis en esta articulación. Un corticoide podría infectarla.",
    ),
    "cied_rf": (
        "You have a pacemaker. The current can disturb it, so those who look after it must help us "
        "plan.",
        "Tiene un marcapasos. La corriente lo puede alterar, así que quienes lo controlan deben "
        "ayudarnos a planear.",
    ),
    "icd_rf": (
        "You have a heart defibrillator. The current could set it off, so those who look after it "
        "must help us plan.",
        "Tiene un desfibrilador. La corriente lo podría disparar, así que quienes lo controlan "
        "deben "
        "ayudarnos a planear.",
    ),
    "scs_rf": (
        "You have a spinal cord stimulator. It must be turned off and kept away from the needle.",
        "Tiene un estimulador de la médula. Hay que apagarlo y mantenerlo lejos de la aguja.",
    ),
    "dbs_rf": (
        "You have a brain stimulator. The current could harm you, so its maker must be asked "
        "first.",
        "Tiene un estimulador cerebral. La corriente podría dañarle, así que primero hay que "
        "preguntar al fabricante.",
    ),
    "cochlear_rf": (
        "You have a hearing implant that the current could damage.",
        "Tiene un implante para oír que la corriente podría dañar.",
    ),
    "pump_rf": (
        "You have a pain pump. The current must be kept away from it.",
        "Tiene una bomba para el dolor. Hay que mantener la corriente lejos de ella.",
    ),
    "hardware_rf": (
        "You have metal in your body near the needle. It can get hot and burn you.",
        "Tiene metal en el cuerpo cerca de la aguja. Se puede calentar y quemarle.",
    ),
    "cied_lead": (
        "Your pacemaker and a stimulator can disturb each other. Both must be tested together.",
        "Su marcapasos y un estimulador se pueden alterar el uno al otro. Hay que probarlos "
        "juntos.",
    ),
    "icd_lead": (
        "Your defibrillator and a stimulator can disturb each other. Both must be tested together.",
        "Su desfibrilador y un estimulador se pueden alterar el uno al otro. Hay que probarlos "
        "juntos.",
    ),
    "insulin_pump": (
        "Your insulin pump or sensor must be moved or covered.",
        "Hay que mover o cubrir su bomba de insulina o su sensor.",
    ),
    "diathermy_needed": (
        "You need a heat treatment that is deadly with a stimulator in the body.",
        "Necesita un tratamiento de calor que es mortal con un estimulador en el cuerpo.",
    ),
    "amide": (
        "You are allergic to a numbing medicine. Another one must be chosen.",
        "Es alérgico a un anestésico local. Hay que elegir otro.",
    ),
    "steroid_allergy": (
        "You are allergic to a steroid.",
        "Es alérgico a un corticoide.",
    ),
    "latex": (
        "You are allergic to latex. The room must be free of it.",
        "Es alérgico al látex. En la sala no debe haberlo.",
    ),
    "chlorhexidine": (
        "You are allergic to a skin cleaner (chlorhexidine). Another one will be used.",
        "Es alérgico a un limpiador de la piel (clorhexidina). Se usará otro.",
    ),
    "povidone": (
        "Your skin reacts to iodine. Another cleaner will be used.",
        "Su piel reacciona al yodo. Se usará otro limpiador.",
    ),
    "peg": (
        "You are allergic to something that is in some steroids. Another one must be chosen.",
        "Es alérgico a algo que llevan algunos corticoides. Hay que elegir otro.",
    ),
    "preservative": (
        "You react to something that keeps medicines fresh. You need medicines without it.",
        "Reacciona a algo que conserva las medicinas. Necesita medicinas que no lo lleven.",
    ),
    "angioedema": (
        "You have an illness in which your face or throat can swell. A plan is needed first.",
        "Tiene una enfermedad en la que se le puede hinchar la cara o la garganta. Primero hace "
        "falta un plan.",
    ),
    "cement": (
        "You are allergic to bone cement.",
        "Es alérgico al cemento para huesos.",
    ),
    "implant_psychosis": (
        "Your mental health should be treated first. Then we look at this again.",
        "Primero hay que tratar su salud mental. Después lo volvemos a mirar.",
    ),
    "implant_addiction_untreated": (
        "Help with alcohol or drugs should come first. Then we look at this again.",
        "Primero debe recibir ayuda con el alcohol o las drogas. Después lo volvemos a mirar.",
    ),
    "implant_dementia": (
        "You need someone who helps you with the device every day.",
        "Necesita a alguien que le ayude cada día con el aparato.",
    ),
    "catastrophising": (
        "Pain weighs heavily on you. It may help less if it is not joined with help for your mind.",
        "El dolor le pesa mucho. Puede ayudarle menos si no recibe también apoyo psicológico.",
    ),
    "lie_still": (
        "You cannot lie still long enough. We must change the plan.",
        "No puede estar acostado quieto el tiempo necesario. Hay que cambiar el plan.",
    ),
    "stellate_bilateral": (
        "Only one side of the neck may be done on one day, so that you can breathe and speak.",
        "Solo se puede hacer un lado del cuello al día, para que pueda respirar y hablar.",
    ),
    "stellate_lung": (
        "Your other lung does not work well, so this could leave you short of breath.",
        "Su otro pulmón no funciona bien, así que esto podría dejarle sin aire.",
    ),
    "stellate_mi": (
        "You had a heart attack not long ago. This injection must wait.",
        "Tuvo un infarto hace poco. Esta inyección debe esperar.",
    ),
    "stellate_block": (
        "Your heart beats too slowly for this injection.",
        "Su corazón late demasiado despacio para esta inyección.",
    ),
    "stellate_copd": (
        "Your lungs are too weak for this injection.",
        "Sus pulmones están demasiado débiles para esta inyección.",
    ),
    "stellate_cord": (
        "One of your vocal cords does not move, so this could take your breath.",
        "Una de sus cuerdas vocales no se mueve, así que esto podría dejarle sin aire.",
    ),
    "celiac_aneurysm": (
        "Your main artery is widened. The needle must not go through it.",
        "Su arteria principal está dilatada. La aguja no debe atravesarla.",
    ),
    "celiac_bowel": (
        "Your bowel is blocked. This would make it worse.",
        "Su intestino está obstruido. Esto lo empeoraría.",
    ),
    "intercostal_lung": (
        "Your lungs are weak. If the needle touched a lung, it would be dangerous for you.",
        "Sus pulmones están débiles. Si la aguja tocara un pulmón, sería peligroso para usted.",
    ),
    "alcohol_flush": (
        "Your body breaks alcohol down slowly. Another medicine must be chosen.",
        "Su cuerpo elimina despacio el alcohol. Hay que elegir otra medicina.",
    ),
    "bvna_skeleton": (
        "Your bones are still growing, so this must not be done.",
        "Sus huesos todavía crecen, así que esto no se debe hacer.",
    ),
    "prometra_age": (
        "This pump is not approved for your age.",
        "Esta bomba no está aprobada para su edad.",
    ),
    "methaemoglobin": (
        "One numbing medicine (prilocaine) would harm your blood. Another one must be used.",
        "Un anestésico local (prilocaína) dañaría su sangre. Hay que usar otro.",
    ),
}  # fmt: skip
_SAME = {
    "recent_clot_cervical_joint": "recent_clot",
    "glucose_high_any": "glucose_day",
    "hba1c_defer": "hba1c_any",
    "ester": "amide",
    "implant_suicidality": "implant_psychosis",
    "implant_severe_depression_untreated": "implant_psychosis",
}
# By the rule, where it is no contraindication.
RULES: dict[str, Pair] = {
    "bleeding_risk": (
        "Bleeding is more likely for you because of {drugs}. Ask which medicine to pause and "
        "when, and "
        "stop nothing on your own.",
        "Un sangrado es más probable en su caso por {drugs}. Pregunte qué medicina debe parar y "
        "cuándo, y no deje nada por su cuenta.",
    ),
    "red_flags": (
        "Some of what you told us must be looked into before this is done.",
        "Hay que estudiar algo de lo que nos contó antes de hacer esto.",
    ),
    "anaesthetic_dose": (
        "You may get only a limited amount of numbing medicine.",
        "Solo puede recibir una cantidad limitada de anestésico local.",
    ),
    "steroid_exposure": (
        "Steroids that you have had before count as well: you may get only a limited amount.",
        "Los corticoides que ya recibió también cuentan: solo puede recibir una cantidad limitada.",
    ),
    "contrast": (
        "You have reacted to X-ray dye, or it could harm you. Another dye, or none, must be used.",
        "Ha reaccionado al contraste, o le podría dañar. Hay que usar otro, o ninguno.",
    ),
    "neurolytic": (
        "The medicine that destroys the nerve may be given only in a limited amount.",
        "La medicina que destruye el nervio solo se puede poner en cantidad limitada.",
    ),
    "sedation": (
        "Being made sleepy has more risk for you. Ask us what we do about it.",
        "La sedación tiene más riesgo en su caso. Pregúntenos qué hacemos al respecto.",
    ),
    "opioids": (
        "The medicines you take can slow your breathing. Tell us everything that you take.",
        "Las medicinas que toma pueden hacer más lenta su respiración. Díganos todo lo que toma.",
    ),
    "antibiotics": (
        "You may need an antibiotic beforehand.",
        "Puede que necesite un antibiótico antes.",
    ),
}  # fmt: skip
UNTOLD: Pair = (
    "Something in your health matters for this. Ask your doctor to explain it before you sign.",
    "Hay algo de su salud que importa aquí. Pida a su médico que se lo explique antes de firmar.",
)
NONE: Pair = (
    "We found nothing that makes this more risky for you than for others. Tell us if something is "
    "missing.",
    "No encontramos nada que lo haga más arriesgado para usted que para otros. Díganos si falta "
    "algo.",
)
BLOOD: Pair = ("your blood tests", "sus análisis de sangre")


def plain_reason(rule: str, about: str | None) -> Pair:
    """What to tell the patient of a reason; of one without words, to ask."""
    if about is not None:
        return ABOUT.get(_SAME.get(about, about), UNTOLD)
    return RULES.get(rule, UNTOLD)


__all__ = ["ABOUT", "BLOOD", "NONE", "RULES", "UNTOLD", "Pair", "plain_reason"]
