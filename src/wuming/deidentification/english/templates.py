"""Sentences with gaps, from which training text is generated.

Gaps: {P} person, {F} given name, {L} surname, {T} title, {O} organisation, {G} place, {C} city, {N} country or region,
{D} demonym, {J} job, {R} relative, {A} street line, {B} product, {I} identifier of a program, {K} surname that stands for a thing, {X} capitalised words that name nothing personal, {w} ordinary
word, {y} year, {n} number, {d} day and month, {t} time, {p} telephone number, {e} e-mail address, {m} money. [a|b] is a choice.
Written for this project; no sentence is taken from a data set.
"""

from __future__ import annotations

PERSONS = """
[My|my] name is {P}[.|,|] [and|and I am|I am] calling about my {w}.
[Hi|Hello|Hey|Good morning|Good evening], [my name is|my name's|this is|I am|I'm|it's] {P}[.|, ] [I have a question.|can you help me?|from {O}.|I would like to {w} my order.|]
[Hi|Hello|Hey|Dear|Good morning|Thanks|Thank you|Sorry|Cheers|Welcome|Congratulations] {F}[,|!|.] [I hope you are well.|thank you for your message.|how are you?|your order has shipped.|we received your request.|just checking in.]
Dear {T} {L}[,|:] [thank you for contacting {O}.|we are writing about your account.|please find the invoice attached.|your appointment is confirmed.]
Dear {P}[,|:] [thank you for contacting {O}.|we are writing about your account.|please find the invoice attached.|your parcel has arrived.]
[Kind regards|Best regards|Regards|Best|Sincerely|Yours sincerely|Thanks|Cheers|Warmly|Yours truly|Respectfully],\\n{P}
[Kind regards|Best regards|Regards|Best|Sincerely|Thanks|Cheers|Love|xoxo],\\n{F}
[Kind regards|Best regards|Sincerely],\\n{P}\\n{J}\\n{O}
[Name|Full name|Customer|Customer name|Patient|Patient name|Applicant|Contact|Contact person|Recipient|Account holder|Cardholder|Passenger|Employee|Student|Buyer|Seller|Tenant|Guest|Author|Owner|Attn|Signed|Beneficiary|Witness|Defendant|Plaintiff|Sender|Payee]: {P}
[First name|Given name|Forename|Nickname|Preferred name]: {F}\\n[Last name|Surname|Family name]: {L}
Name: {P}\\n[Age|DOB|Date of birth|Phone|Email|Address|Gender|Company]: [{n}|{d}|{p}|{e}|{A}|male|{O}]
[Date|Ref|Order]: {n}\\n[Name|Patient|Customer|Client]: {P}\\n[Phone|Tel|Mobile]: {p}
[From|To|Cc|Bcc]: {P} <{e}>
[Meeting|Call|Lunch|Interview|Appointment|Dinner|Session] with {P} [at {t}|on {d}|tomorrow|next week].
[I spoke|I talked|I was talking|I have spoken] [to|with] {P} [yesterday|on {d}|this morning|last week|about the {w}].
[Please|Could you|Can you] [ask|call|contact|tell|email|inform|notify|remind|text|invite|pay] {P} [to call me back|about the {w}|as soon as possible|at {p}|when it is ready].
[Please|Could you] [forward|send|ship|deliver|give|hand|transfer|mail] [it|the parcel|the {w}|this|the documents] to {P}[ at {A}| by {d}|].
[The parcel|The letter|The {w}|The account|The booking|The reservation|The ticket|This card|The policy|The flat] is [for|under|registered to|registered under|addressed to|in the name of|held by|owned by|assigned to|booked under] {P}.
[The reservation|The booking|The order|The table] is under the name [of |]{P}.
[Change|Update|Correct] the [account holder|name|contact|owner|beneficiary] [to|from {P} to] {P}[.| please.]
[We|I] need to [add|remove|include|register|list] {P} [as|to] [a second driver|an authorised user|a beneficiary|the account|the policy|a contact].
{P} [is|was] [a|an|our|the|my] {J} [at|with|for|of] {O}[.| in {C}.]
{P} [works|worked|has worked|is working] [for|at|with] {O} [as a {J}|since {y}|in {C}|].
{P} [joined|left|founded|leads|runs|manages|heads|owns|co-founded|sued|chairs] {O} [in {y}|last year|with {P}|after ten years|].
{P}, [a|an|the] {J} [at|from|of|with] {O}, [said|says|told reporters|wrote|argued|explained] [that |]the {w} was [late|fine|a success].
{P}, {n}, [said|lives in {G}|was born in {G}|was arrested on {d}|died in {y}|won the race].
{P} ([born|b.] {d} {y}) is [a|an] {D} {J}.
{P} ({y}-{y}) was [a|an] {D} {J} [and {J}|].
["It was a good {w}|"We are pleased|"Nobody knew|"I did not expect it],[" said|" says|" added|" replied|" asked] {P}[.|, {J} of {O}.|, who lives in {G}.]
"[Yes|No|Maybe|Of course|What a pity]!" [said|cried|shouted|whispered|asked] {F}.
[said|asked|whispered|shouted] {F} to {F}.
{F} [and|&] {F} [went|moved|travelled|flew|drove] to {G} [last summer|in {y}|together|on {d}].
{F} [told|asked|called|met|married|kissed|helped|thanked|saw|emailed|texted] {F} [yesterday|in {G}|on {d}|at the {w}|again].
[Is|Was|Does|Did|Has|Can|Will|Why is|Why did|Where is|When does|How is|Who is|What did|Have you seen|Did you meet|Do you know|Have you met] {P} [coming|here|late|know about it|there|so angry|yet|happy|say]?
[Why|How|When] [is|was|does|did] {F} [always late|so quiet|so sad|get here|so nice|leave]?
{F}'s [car|house|mother|birthday|book|phone|idea|account|email|dog|new job|address] [is|was] [great|on {d}|in {C}|lost|blue|very old].
{P}'s [car|house|mother|wife|novel|account|email|lawyer|trial|record|career|death|family|attackers|murderers|parents] [is|was|were] [great|born in {G}|lost|unknown|found guilty|in the news].
[My|Her|His|Our|Their] {R}[,|] {P}[,|] [lives in {G}|works at {O}|is {n} years old|will pick it up|was there].
[My|Her|His|Our|Their] {R} [is called|is named|'s name is|was named after] {F}.
[She|He|They|We|I] [called|named|nicknamed|met|married|love|loved|miss|saw|hate|remember|know|trust|admire] [him |her |the baby |]{F}.
[Her|His|My mother's|The bride's] [maiden name|surname|last name|family name] [is|was] {L}.
[His|Her|My|The child's] [first|given|middle] name is {F}.
[People|Friends|Everyone|They|You can] call[s|] me {F}.
[I'm|I am] {F}[.|,|!] [nice to meet you|and I live in {G}|I'm from {G}|a {J} from {G}|{n} years old].
[I'm|I am] {P}, [a {J} from {G}|{n} years old|born in {G}|originally from {G}|{F}'s {R}].
This is {P}[, {F}'s {R}| from {O}| speaking].
[Let me introduce|Meet|Say hello to|Give my regards to|Happy birthday|Good luck|Rest in peace] {P}!
[Mr|Mrs|Ms|Miss|Dr|Prof|Mr.|Mrs.|Ms.|Dr.|Prof.|Sir|Professor|Doctor|Judge|Senator|Captain|mr.|ms.|mrs.|dr.] {L} [is|was|has|will|can] [be here soon|called|not available|a patient of ours|in a meeting|seen it].
[I|We|You] [met|saw|asked|called|need|want|should ask|have an appointment with|was seen by|would like to speak to] [Mr|Mrs|Ms|Dr|Prof|Mr.|Mrs.|Ms.|Dr.|Professor|ms.|mr.|dr.] {P} [today|yesterday|on {d}|about the {w}|].
[President|Prime Minister|Chancellor|King|Queen|Pope|Governor|Mayor|Minister|Chairman|CEO|Director|Coach|Judge|Secretary] {P} [arrived in|visited|left|spoke in|met {P} in] {G} [on {d}|yesterday|this week].
{D} [president|prime minister|foreign minister|actor|singer|footballer|striker|tennis player|author|director|chancellor] {P} [said|won|lost|resigned|denied it|was detained|scored twice].
[directed|written|produced|sung|composed|painted|designed|edited|translated|narrated|recorded|covered] by {P}[, starring {P}| and {P}| in {y}|].
[The {w}|It|The film|The song|The book|The novel] was [directed|written|produced|sung|composed|painted|designed|discovered|invented|arranged] by {P} [in {y}|and {P}|].
[The film|The play|The show] [stars|starring|features] {P}, {P} and {P}.
[Our|The] [founders|winners|authors|speakers|members|finalists|candidates|editors] [are|were|include]: {P}, {P} and {P}.
[Attendees|Present|Participants|Absent|Team|Cast|Crew]: {P}, {P}, {P}[ and {P}|]
[- |* |• |1. |]{P}[ - {J}| ({O})|, {J}|: {p}| – {C}]
{F}: [hello|how are you?|did you see the {w}?|I'm late|ok see you at {t}|what?|haha]\\n{F}: [yes|no|not yet|fine, and you {F}?|ok {F}|let me ask {F}]
{P}: [I think so.|We should wait.|That is not true!|Thank you all for coming.]\\n{P}: [I agree with {F}.|No.|Really?]
[Agent|Customer|User|Bot|Support|Operator]: [May I have your name?|Who am I speaking to?|What is your full name?]\\n[Agent|Customer|User|Caller|Client]: [It's |This is |My name is |]{P}[.|]
[What is|What's|May I have] your [full |first |]name[, please|]? [It's |It is |]{P}[.|]
[User|Agent|Customer] {P} [logged in|signed up|changed the password|called at {t}|opened a ticket].
[The patient|The defendant|The plaintiff|The tenant|The suspect|The victim|The witness|The applicant|The candidate], {P}, [was born on {d}|lives at {A}|arrived at {t}|denied it].
Patient {P} [presented with|complains of|was admitted with|denies] [chest pain|a cough|fever|stomach pain] [on {d}|].
[Seen by|Referred by|Signed by|Approved by|Reviewed by|Prepared by|Reported by|Posted by|Photo by|Text by|Created by|Written by|Edited by] {P}[ on {d}|]
[The {w}|A letter|An email|A gift|Flowers|A call|News] [from|for] {P} [arrived|is here|came today].
[According to|Thanks to|Because of|Except for|As for|Together with|Compared to|Apart from|Next to|Unlike|Like] {P}, the {w} is [fine|late|over].
[It might be|Maybe it's|It could be|I think it's|Try|Look it up] under {P}.
[Follow up|Check|Sync|Meet|Work|Discuss|Talk|Stay|Travel|Live] with {P} [next week|in a few days|about the {w}|].
[Don't|Do not] [go|worry|cry|forget|panic|do it], {F}[!|.]
[Come here|Look|Listen|Help me|Wait|Stop|See you|Bye|Good night|Well done|Not now|Remember me], {F}[!|?|.]
{F}, [can|could|would|will] you [please |][help me|call me|send the {w}|talk to your manager|check it]?
{F}, [where are you|are you there|what happened|I'm home|dinner is ready|I need help]?
[You can tell|Everyone knows|I heard|They say|It seems|I believe|We know|Nobody thinks] [that |]{P} [was|is] a [big|huge|great|true] [fan|{L} fan|liar|friend|genius].
{L} [scored|resigned|said|won|wrote|argued|claims|testified|denied|replied|was fined|retired|died] [on {d}|in {y}|in the {w}|yesterday|].
[Then|But|And|When|While|Because|So|After|Before|If|Although|Yesterday|Today|Now|Later|Meanwhile|Unfortunately|However,] {P} [said|came|left|called|was ill|arrived|got there|paid|agreed|knew].
[is|was|are] [a very|an extremely|such a|a really] [kind|sympathetic|difficult|nice|smart] person, {F} said.
{F} is [a very|an extremely|such a|a really|quite] [kind|friendly|difficult|nice|smart|good] [person|colleague|listener|cook|dancer].
[ISBN {n}. |]{L}, [J.|A.|M.|S. K.|R.|P.] ({y}). {X}. {O}.
{L} et al. ({y}) [showed|found|reported] that the {w} is [small|large].
@{F} [can you check|look at this|thanks].
[Signature|Signed|Yours]: {P}, {J}
[Reviewer|Assignee|Reporter|Owner|Author|Manager|Supervisor|Physician|Doctor|Nurse|Teacher|Driver|Agent|Rep]: {P}
[I|We] [love|like|prefer|read|enjoy] the [songs|novels|films|paintings|early work|music|poems] [of|by|from] {P}.
Is there [a better|another] [example|singer|player|case] than [early |young |]{L}?
[Employee|Staff|Customer|Member] {P} (ID {n}) [called|was absent|reported the {w}].
[the verses|a line|a quote|quotes|the speech|an interview] [from|of|with] {P}[|'s {X}].
{P} listed [his|her|their] [top {n}|favourite] [songs|books|films] for {X}.
{P} had given {P} [his|her] [number|address|keys|phone]: {p}
{P} [lives|lived|is living|stays|resides] [on|at|in] [{A}|{G}|{C}, {N}].
{F} and [I|me|my {R}|her {R}] [are|were] in {G}.
[Thanks|Thank you][,|] {P}[.|!] [You have been very helpful.|Have a nice day.|Anything else?]
[Let|Make|Have] {P} [know|do it|sign it|call me|check the {w}].
[I want|I'd like|We would like|She wants] [to speak|to talk|an appointment|a meeting] [to|with] {P}.
[Could|Can] [I|we|someone] [reach|speak to|meet|see|call|talk to] {P} [on {d}|at {p}|now|]?
In memory of {P}, who died [in {G} |]on {d} {y}.
{P} v. {P}, {n} U.S. {n} ({y})
{T} {P}[, {J}|,] [will see you at {t}|of {O}|lives in {G}].
[regular reader|blogger|commenter|columnist|contributor|songwriter|producer|guitarist|tennis star|film director|fashion designer] {P} [points out|writes|told us|notes|says|moved to {G}] [that it is true|"it is over"|].
{O} [songwriter|engineer|analyst|founder|spokesman|spokeswoman|CEO|chairman|director|employee|manager|boss|president|chief executive|lawyer] {P} [said|wrote|left|resigned|told {O}|declined to comment].
[I|we] [work|live|went to school|play tennis|share an office] with {F} [and {F} |]in {C}.
客服{F}为您服务
[the|its|our|their|my] [{n} |three |two |four |young |][founders|owners|sons|daughters|children|cousins|friends|brothers|sisters|partners|directors|candidates|neighbours|colleagues|players]: {L}, {L} and {L}[.| It was a good {w}.]
[my|her|his|our|the] [{n} |three |][sons|daughters|children|cousins|friends|brothers|sisters|cats|dogs|colleagues] {F}, {F} and {F} [are here|love it|live in {G}].
{O} {J} {P} [said|was fired|moved to {G}|won the {w}|is here|told {O}|has a new {w}].
[a|the] [new|old|first|late|young] {P} [film|song|book|album|novel|show|case|fan|interview]
(though|and|but) {L}'s {w} [was|is] [actually |really |] [about {w}|late|better]
[arranged|sung|written|played|directed|led] by {P} in {y} [and later by {P}|(and {L}'s {w} is older)].
[arrested|detained|fined|injured|sentenced|released|interviewed|hired|fired|murdered|rescued] [{D} |][singer|player|actor|driver|tourist|journalist|man|woman|] {P} [over|after|for|in] [the {w}|{G}|a dispute].
{P}'s {X} [is|was] [a great|the best] {w}.
{F}: {w} {w}.\\n{F}: [Do you remember me, {F}?|Who is it?|Not again, {F}!] [I was there.|I am sorry.]\\n{F}: [You are right.|Thanks.]
[In case of|In the event of] [an emergency|my death|my absence], [please |][call|contact|notify] {P}.
[we need|you have|I want|they asked] to [add|remove|name|appoint|register] {P} as [guardian|executor|trustee|owner|driver|a user|a member|beneficiary].
我叫{F}，[请帮我查一下|想问一下订单]
[联系人|姓名|收件人|用户|客户|持卡人]：{P}
我的{w}老师{F}[说|来了|在吗]
[我是|请找|这是|转告]{F}[，谢谢|。|吗]
"""

ORGANISATIONS = """
[I|We|She|He|They|My {R}|My brother] [work|works|worked|used to work|have worked|is employed] [for|at|with] {O}[.| in {C}.| as a {J}.| since {y}.]
[I|She|He|They] [applied|got a job|was hired|interned|studied|teaches|spent a year|got an offer|banks] at {O}[.| in {y}.| in {C}.]
{O} [announced|reported|said|launched|acquired|bought|sued|sold|hired|fired|unveiled|plans to open|will close|has agreed to buy|posted|raised|expects] [a new {w}|{O}|a loss of {m}|{n} people|on {d}|today].
[Shares|The shares|Stock|The stock|Revenue|Profits|Sales|Earnings|Net sales|Customers|Employees|Lawyers|Executives|Shareholders|Investors|Analysts] [of|at|in|for] {O} [rose|fell|grew|dropped|gained] [by |]{n}[%| percent] [on {d}|in {y}|].
{O}'s [CEO|shares|profit|revenue|board|website|headquarters|customers|chief executive|new office|products|lawyers] [rose|said|is|was|are|were|fell] [good|in {C}|late|on {d}|].
[The|the] {O} [office|offices|headquarters|website|building|team|branch|store|plant|factory|warehouse|app|account|spokesman] [is|was|are] [at {A}|in {C}|closed|on {A}|near here|down].
{O} is [based|headquartered|located] in {G}.
{O} is [a|an|the] [design agency|software company|bank|startup|start-up|supplier|charity|law firm|consultancy|hospital|family business|brainchild of {P}|insurer|retailer|band|publisher|airline] [based in {G}|from {G}|in {C}|founded by {P}|].
{P} is [from|with|at|of] {O}.
[an|a|the|my|your|our] [employee|customer|member|subsidiary|division|partner|supplier|client|account|contract|order|invoice|card|letter|email|call|representative] [of|with|from|at|by] {O} [is|was|has] [late|here|ready|wrong].
[The|the] [contract|agreement|merger|lawsuit|deal|meeting|partnership|dispute] between {O} and {O} [was signed|ended|starts] [on {d}|in {y}].
[Company|Employer|Organisation|Organization|Business|Vendor|Supplier|Bank|School|University|Insurer|Client|Hospital|Firm|Merchant|Payee|Publisher]: {O}
{P}\\n{O}\\n{A}\\n[Mobile|Phone|Tel|Cell|Desk|Fax]: {p}
{P}\\n{J}\\n{O}\\n{A}
{O}\\n{A}\\n{C}, {N} {n}
[The|the] address of {O} is {A}
{A}, {O}, {C}
We'll [meet|see you|be] [at {t}|on {d}|tomorrow] at {O}, {A}, {C}
[She|He|{P}] [graduated from|studied at|attended|teaches at|is a professor at|got a degree from|dropped out of] {O}.
[She|He|{P}] was [treated|admitted|born|operated on|seen] at {O} [on {d}|in {C}|].
[I bought|She ordered|We got] [it|the {w}|this] [from|at|on|through] {O} [for {m}|last week|in {y}].
[I|We] [called|emailed|contacted|complained to|switched to|pay|trust|use|left|prefer|sued] {O} [about the {w}|last month|on {d}|because of the {w}].
[my|your|our|the|her] {O} [account|card|subscription|login|order|invoice|policy|membership|loan|resignation letter|bill] [is|was] [closed|late|wrong|cancelled].
[Copyright|(c)|©] {y} {O}[. All rights reserved.|]
[which later|who then|it later] [became|merged with|was renamed|bought|joined] {O} in {y}.
{O} was [founded|established|incorporated|created|acquired|sold] in {y} [by {P}|in {G}|].
The {O} [Orchestra|Festival|Foundation|Group|team|choir] was founded in {y}.
{O}, {O} and {O} [declined to comment|are competitors|rose on {d}|merged].
[Deal|Invoice|Payment|Transfer|Refund] from {O} [to {O} |]for {m}
[at|to|from|with|by] {O} ([NYSE|NASDAQ|LSE]: {X})
The [ministry|bank|company|agency|court|university], {O}, [said|is in {C}|has {n} employees].
[Senior|Junior|Lead|Chief|Former|] {J} at {O}
[Experience|Education]\\n{O}, {C}\\n{J}, {y} - {y}
"I [love|hate|like] {O}" [said|says] {P}
{O} ([{C}|{N}]) [signed|won|lost|paid {m}]
[We bank with|My insurance is with|I fly with|We compete with|The winner is|Powered by|Sponsored by|In cooperation with|Published by|Made by|Sold by|Brought to you by|Owned by] {O}.
[in|by] the [annual|quarterly] report of {O}, {X} [rose|fell].
{O} [has|have] [appointed|named|hired|awarded|chosen|engaged|fired] {P} [as|to be] [its|the|their] [new |][CEO|chairman|{J}|auditor].
[he|she|{P}] [was appointed|has been named|becomes|will be] [CEO|chairman|{J}|head] of {O} [in {y}|on {d}|].
{O} [revealed|introduced|refused|introducing|provides|operates|decided|delivered|developed|received|signed|posted|reported|is introducing|is planning|is the market leader|will supply] [{w}|to {w}|a {w}|the {w}|new {w}s] [in {G}|to {O}|for {O}|in {y}|with {O}].
[The|the] {D} [company|group|bank|firm|insurer|maker|retailer|airline|developer] {O} [said|is|has|reported|signed|will] [{w}|a {w}|the {w}|on {d}].
[agreement|cooperation|contract|joint venture|partnership|talks|deal] with {O} [to|in|for] [{w}|{G}|{m}].
{O} 's [net sales|operating profit|board|share|new {w}] [rose|fell|was|is] [to {m}|{w}|in {y}].
[the|its|their] {O} [brand|division|unit|shares|plant|chain|group|stores|business|stake|site] [in {G}|was sold|is {w}|to {O}].
The {O} {w} [is|was] [at {A}|late|closed|very good].
[I|She|He|We] [work|works|worked|consult|volunteer] for {O}
{F} is from {O}
{F} [left|joined|called|likes|hates|runs|quit] {O}[.| last year.| after a {w}.]
{O} is [a|an|the] {w} [{w} |][company|agency|start-up|group|business|idea|child] [of|from|by|in] [{C}|{P}|our founders|{N}].
[the|her|his|my] {O} [resignation|acceptance|employment|offer] [letter|contract]
[before|after|while|when] [working|studying|teaching] at {O} [in {G}|for {n} years|as the {R} of {P}|as a {J}], [he|she|I] [moved to {G}|joined {O}|met {P}].
[and|then] [the year after|later|next|since then] at {O} in {G}[.|, now {O}|, which became {O} in {y}].
The {O} [Choir|Band|Chorus|Ensemble|Team|Quartet|Library] [started|plays|was formed] in {y}.
{P}\\n{O}\\n[{p}|{e}|{A}\\n{C}]
[* |- |??? |]{P}\\n[* |- |??? |]{O}\\n[* |- |??? |]{A}\\n[* |- |??? |]{C}\\n[* |- |??? |]{N} {n}
我在{O}[上班|工作]
"""

PLACES = """
[I|We|She|He|They|My {R}|{P}] [live|lives|lived|grew up|was born|were born|study|studies|work|works|stay|is|was|are] in {G}[.| now.| since {y}.| with {P}.]
[I|We|She|He|They|My {R}|{P}|The team] [moved|travelled|traveled|flew|drove|went|go|came|returned|emigrated|fled|relocated|walked|sailed|hitchhiked|commute] [to|from|from {G} to|back to|out of|through|here from] {G}[.| by train.| last summer.| in {y}.| next week.| with {P}.]
I [will be|am|was] [travelling|traveling|flying|moving|driving|going] to {G} [next week|on {d}|tomorrow|for a business trip|with {P}].
[I am|We are|She is|He's|They are|I'm] [in|from|near|visiting|leaving|outside|based in|originally from|currently in|stuck in] {G}[.| right now.| for a business trip.| until {d}.]
[The flight|The train|The bus|A plane|The ferry|The road|A parcel|The shipment|The delegation|The royal couple] [to|from|between {G} and] {G} [leaves at {t}|was cancelled|is late|arrived].
[The|Our|Their|His|Her] [office|factory|plant|house|embassy|team|flight|hotel|trip|visit|holiday|warehouse|family|branch] [in|to|from|near] {G} [is|was] [closed|great|new|late|fun].
{G} [is|was|has been] [super |really |very |a |][beautiful|fun to visit|cold|hot|great|nice city|expensive|far away|crowded|safe].
{G} is the [capital|largest city|centre|second city|biggest port] of {N}.
{C}, {N} [-|--|:] [The {w}|Police|Officials|Two men|A fire|Heavy rain] [said|was|were|destroyed|closed] the {w}.
[in|from|near|at] {C}, {N}[.|,] [on {d}|where it rained|the {w} was closed].
[Weather|Hotels|Flights|Restaurants|Apartments|Jobs|Houses|Things to do|Traffic] in {G}
[City|Town|Country|State|Region|Province|Place of birth|Birthplace|Destination|Origin|From|To|Location|Nationality|Residence|County|Village]: {G}
{A}\\n {C}\\n {N} {n}
{A}\\n[Apt.|Suite|Unit|Flat] {n}\\n{C}\\n{N}
[Have you been|Have you ever been|Did you go|Are you going|Do you want to go|How do I get|When are you coming] to {G}?
[Where is|What is the capital of|How far is|How is the weather in|Is it raining in|Do you ship to|What time is it in] {G}?
[the|The] [people|government|president|king|capital|north|south|history|cities|coast|map|mayor|city|streets|currency|climate|population|embassy|borders|ambassador] of {G} [is|are|was] [large|old|rich|worried|quiet].
[The|the] {G} [bridge|tower|museum|river|airport|marathon|office|police|region|government|border|election|market|harbour|festival|tram] [is|was|fell|opens] [old|closed|falling down|in {y}|on {d}].
[We|They|The firm] [ship|deliver|export|sell|send|fly] to {G}[, {G}| and {G}|, {G} and {G}].
[cities|countries|places|towns|states] [like|such as|including|:] {G}, {G} and {G}.
[the war|an earthquake|a flood|the election|elections|protests|floods|fighting|a summit|the Olympics|a conference] in {G} [killed {n} people|began|ended on {d}|was cancelled|].
[Northern|Southern|Eastern|Western|northern|southern|central|rural|downtown|greater|upstate|suburban|serving Southern|southwest] {G} [is|was|has] [cold|flat|poor|a desert].
I am {D} but I live in {G}.
[She|He] [speaks {D}|is {D}] and [comes from|was born in|lives in] {G}.
[The match|The final|The concert|The conference|The show|The wedding] [is|was|takes place] in {G} on {d}.
In {G} [they have|there is|we had|people eat|it rains|prices are|I met] [a song|many {w}s|low|{P}|every day|].
[From|In|To|Around|Across|Outside|Near|Since leaving|After leaving] {G}, [we drove to {G}|the {w} is better|he called {P}].
["Carry me|"Take me|"Bring it] back to {G}," [sang|said] {P}.
[The prince|The princess|The president|The queen|{P}] [arrived|landed|stopped] [at|in] {G} [this morning|yesterday|on {d}] from {G}.
the [{G} area|{G} region|{G} office|{G}-based company|state of {N}|city of {C}|Republic of {N}|town of {C}|village of {C}|county of {C}|island of {C}|suburb of {C}]
[Ticket|Trip|Route|Itinerary|Flight]: {C} [-|to|→|–] {C}, {d}
{C} ({N}) [is|was] a [town|village|city|municipality].
{P} of {C}, {N}[,|] [died|won|said so|was arrested].
[a|the] {D} [restaurant|place|bank|company|man|woman|city] in {G}
[between|from] {G} [and|to] {G}
我[在|去|来自|住在]{C}[上班|旅游|]
"""

NOTHING = """
[The|This|Our|Your|My|That] {w} [is|was|has been] [late|fine|broken|new|ready|very good]. [Please|Can you] [check|send|fix|update] it.
[Please|Kindly|Just] [click|press|select|choose|open|tap|use|see|check|go to] [the |]{X} [button|tab|menu|page|section|option|to continue|].
[How|Where|When|Why|What|Who] [do|can|should|does|did|is|was] [I|you|we|it|the {w}] [open|change|get|find|cancel|update] [my|the|a] {w}?
[Could|Can|May|Should|Would|Will] [I|you|we] [change|cancel|check|increase|have] [the|my|your] {w}[ on {d}| in [January|March|May|June|April|August]|], please?
[Thank you|Thanks] for [contacting|calling|choosing|using] [us|our Customer Service|Customer Support|Technical Support|the Help Desk][.|!] [How can I help you|Is there anything else|Have a nice day][?|.]
[Dear|Hello|Hi|Good morning] [Customer|Sir|Madam|Sir or Madam|Customer Service|Support|Team|All|Everyone|Friend|Hiring Manager|valued customer|there], [I am writing about|thank you for|please see] the {w}.
[On|By|Before|After|Since|Until|Every|Next|Last] [Monday|Tuesday|Friday|Sunday|January|May|April|June|Christmas|Easter], the {w} [is|was|will be] [closed|late|ready].
[My|The|Your] {B} [is|was|does not work|broke|arrived|needs an update|has a crack] [since {d}|after the update|again|].
The {B} [has|comes with|supports|includes|runs on|works with] {B}[ and {B}|, {X}|].
{X} {B} [{n}|{y}|Pro|Max|Mini|Plus] - [{X}|{w} {w}|Black|Pack of {n}|{n} GB|{n} ml]
[New|Sale|Hot|Premium|Original|Vintage|Organic|Portable|Wireless|Classic] {X} [with|for|and] {X}, {n} [pcs|ml|cm|kg|pieces|GB|inch]
{X} {X} {X}
{X}: {w} [and|or|of|in|for] {w}
{X} - {X}
[Chapter|Section|Article|Part|Table|Figure|Appendix|Step|Lesson|Unit|Question|Title|Volume|Page|Line|Note|Example] {n}[.|:] {X}
[The|the] {X} [Act|Policy|Agreement|Mode|Button|Report|Settings|Feature|Plan|Program|Award|Series|Edition|Protocol|Model|Theorem|Algorithm|Law|Treaty|Code] [of {y}|is|was|has|] [new|approved|updated|required|].
[Welcome to|Introducing|About|Contact|Frequently Asked Questions|Terms and Conditions|Privacy Policy|Order Status|Shipping Information|Add to Cart|Sign In|Learn More|Read More|Size Guide|Customer Reviews] [{X}|the {w}|]
[Yes|No|Sure|Okay|Great|Well|Hmm|Oh|Wow|Sorry|Exactly|Absolutely|Unfortunately|Actually|Certainly], [that|it|this|the {w}] [is|was] [fine|late|true|not possible].
[I|We] [think|know|believe|hope|guess|want] [it|the {w}|that] [is|was|will be] [fine|late|ready|{D}|OK].
[He|She|They|It|Someone|Nobody|Everybody] [said|knew|told me|asked|came|left|went home|was late|is {D}].
[Warning|Error|Note|Info|Debug|Tip|Important|TODO|FIXME|Usage|Returns|Raises|Args|Example|Notes|See also|Deprecated|Default|Parameters|Attributes|Copyright|License|Author]: [the {w} is missing|{w} {w}|use {X} instead|{n}|{X}]
[The|A|An|This|Each|Every] [{X}|{w}] [object|class|function|method|value|field|module|error|string|list|dictionary|file] [is|was|must be|can be|should be] [returned|raised|used|empty|created|{X}].
[Return|Raise|Set|Get|Create|Read|Write|Parse|Check|Compute|Convert|Find|Add|Remove|Update|Load|Save|Open|Close|Use|Call|Make|Print|Test|Build|Run] [the|a|an|all] {w} [of|from|to|in|if|when|for] [the|a] {w}.
[Return|Raise|Set|Get|Create] [True|False|None|{X}] if [the {w}|{X}|it] is [True|None|False|{w}|empty].
If [the {w}|{X}|it] is [None|True|False|empty|missing], [{X}|ValueError|KeyError|an error] is [raised|returned].
{y}-{n}-{n} {t} [INFO|ERROR|WARN|DEBUG] [{X}|Server|Connection|Request|Worker|Thread|Task|Client|Session|Process]: [{w} {w}|started|failed|Connection refused|Timeout after {n} ms|{X}]
[GET|POST|PUT] /{w}/{w} [200|404|500] [OK|Not Found|Internal Server Error] [Mozilla|Chrome|Safari]
[It|The {w}] [was|is] [a|an] {D} [{w}|government|movie|restaurant|company|passport|dish|custom].
[The|the] {D} [government|army|market|economy|language|team|people|side|championship|border force|authorities] [began|said|is|was|voted|won] [strong|on {d}|the {w}|].
[I like|I love|She speaks|We eat|They teach|He is learning|Do you speak] {D} [food|and {D}|music|films|very well|].
Words [like|such as] {X} and {X} are [often|sometimes|rarely] [wrong|mistaken|used|capitalised].
[What|Who|When|Where] [a|is|was] [day|the {w}|that|it][!|?] [Never mind|Nothing|See you on {d}|Let's go|I know][.|!]
{X} [and|or|for|with|of|in|vs.|&] {X}
"{X} {X}" [is|was] [the best|a great|my favourite|a long] [film|song|book|game|album|show|article].
[The song|The film|The book|The game|The album|The article|The magazine] ["{X} {X}"|{X}|{X} and the {X}] [is|was] [great|released in {y}|about {w}s|number {n}].
[Interest|Prices|Net sales|Operating profit|Turnover|Revenue|Earnings per share|Costs|Unemployment|Inflation] [rose|fell|grew|totalled|amounted] [to|by] [{m}|EUR {n} mn|{n}%] in [{y}|the [first|second] quarter|[January|March|May]].
[one of the best|a charming|an awful|a funny|a dull|too long but a fine] [film|movie|drama|comedy|thriller|performance]s? of the {w}
I [bought|ordered|returned|lost|need|want|recommend|got] [the|a|my] {B} [in {w}|for {m}|on {d}|and it works|].
A: [Yes|No|It is {w}|Maybe]. B: [Why|OK|Fine|I see|{X}].
Q: [Is|Does|Can] [the {w}|it] [work|be|fit]? A: [Yes|No|It depends].
[North|South|East|West] [side|wing|gate|entrance] of the {w} on {A}.
The [corner|end|north side|middle] of {A} [is|was] [busy|closed].
[I live|She lives|We live|My {R} lives|Meet me|Ship it|Send it|Deliver|The shop is|The restaurant is|Turn left|The office is] [at|on|to] {A}[.| please.| in {C}.|, {C}|]
[Address|Billing address|Shipping address|Home address|Street]: {A}[, {C}|, {C}, {N} {n}|\\n{C}, {N}]
[The {w}|It|Everything] costs {m} at the [Store|Shop|Counter|Market|Front Desk] on [Level|Floor] {n}.
[Section|Clause|Article|Rule] {n} of the [Treaty|Act|Code|Constitution|Convention|Regulation|Agreement] [on|of|for] {X}
[In|Since|During|Before|After] [{y}|the [Middle Ages|Renaissance|Cold War|Great Depression|World War|Ice Age|Industrial Revolution|Bronze Age]], [the {w}|it|people] [was|were] [common|rare|poor].
[The|the] [Sun|Moon|Earth|Internet|Web|Bible|Constitution|Senate|Congress|Parliament|Government|State|Church|Crown|Board|Committee|Company|Customer|Buyer|Seller|Supplier|Contractor|Client|Bank] [is|was|has|shall|may|will] [be {w}|paid|large|informed|{w}].
[Best|Worst|Top {n}|Most] {X} [of {y}|Ever|in the World|for Kids|You Should See]
[Save|Get|Win|Earn|Enjoy] {n}% [off|Off] [{X}|your next order|All {X}] with code {X}
[Subject|Re|Fwd|RE|FW]: [{X}|Your {w}|Order {n}|Invoice {n}|{X} {X}|Reminder: {w} {w}]
[Status|Type|Size|Color|Colour|Category|Priority|Model|Version|Brand|Material|Language|Currency|Payment|Delivery|Department|Title|Subject|Product|Item|Description|Reason|Result|Level]: [{X}|{w}|{B}|{n}|{D}|{X} {X}]
[Vitamin|Type|Class|Grade|Plan|Group|Version|Option|Exhibit|Hepatitis|Level] [A|B|C|D|X] [is|was] [{w}|fine].
[He|She|The patient|A {n}-year-old [man|woman|male|female]] [presented|complained|was diagnosed] with [Parkinson's disease|Alzheimer's|Crohn's disease|diabetes|COVID-19|Type 2 Diabetes|flu].
[God|Jesus|Allah|Santa Claus|Mother Nature|Murphy's Law|Big Brother|Mickey Mouse|Harry Potter|Batman] [knows|is here|said so].
[They're|We're|You're|They'll|I'll|It's|There's|That's|What's|Who's|I've|We've|I'd|She'd|Isn't|Aren't|Don't|C'mon|Y'all|Ain't] [not |][late|answering at {p}|coming|the {w}|it|here|your {w}|going]
[This|That|The|A|Another] [nice |new |good |][new |] {D} [place|man|cafe|film|school|girl|dish|agency] [is|was] [downtown|here|open|good].
[The|the|an|a|each|this|That] {I} [class|instance|object|method|constant|exception|module|type|interface|flag|error|value|header] [is|was|must be|can be] [raised|returned|used|set|{w}|deprecated].
[the|a|an|by the|of the|using|of|with] {K} [inequality|theorem|distribution|mechanism|process|test|bound|disease|syndrome|algorithm|effect|law|noise|interval|number|equation|matrix|transform|method|optimizer|model|paradox|constant] [is|was|{w}|of {w}|for {w}]
[the|a] {K}-{K} [inequality|interval|theorem|test|method] [is|of] {w}
[raise|raises|except|catch|return|returns|import|uses|see|Calls|Wraps|Subclasses|Use|Between|from|in|with|to|of|is|like|by|for|and|or] {I}[,|.| and {I}| or {I}|:| if {w}| instead| {w}]
{I}[.|, |: |; |/]{I}[, {I}|.{w}|: {w}| = {n}| {w}]
# {X} {w} {w} {I} {w}
[{I}|{w}]([{I}, {I}|{w}]) [{w}|-> {I}|= {n}|+ {I}]
"{I}" [and|or|in] '{I}'
[- |* ||]{X}: {w} {w} [{w}|{n}]
[- |* ||]{X}:\\n[{p}|{e}|{w}|{n}]
{n}... {n}... {w}!
{w} {w} {w}, {w} {w} the {w} of {w}.
[see|read|watch|for my take on it see|from the article] {X}: {n} {X} {X} [You Should {X}|That {X} (But Never {X})|of the {y}s]
{B} {n}.{n} [released|is out|supports {X}|fixes {w} {w}]
[import|from|def|class|return|print|self|if|else|try|except] {w}_{w} [import {X}|({w}):|= {X}|None|True]
[I can't|I don't|We won't|They didn't|It doesn't|You shouldn't|Let's|C'mon|Don't] [see|open|pay|believe|use|find] [it|the {w}|my {w}|{X}][.|!]
"""
