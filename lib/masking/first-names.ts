/**
 * Common given names of many languages. Those that are rather words, places or products are left out on purpose: grant, mark,
 * will, may, rose, chase, austin, jordan, paris, sydney, alexa, claude, jenkins, docker.
 */
const NAMES = `
aaron abdul abdullah abigail adam adele adrian adriana agnes agnieszka ahmed aidan aisha akira alan albert alberto alejandra
alejandro alessandro alessandra alexander alexandra alexandre alexey alfonso alfred alfredo ali alice alicia alina alison allison
amanda amelia amir amit amy ana anastasia anders andre andrea andreas andrei andres andrew andrey andrzej angela angelica angelo
anita anja anjali ankit anna anne annette annika anthony antoine anton antonio anya arjun arne arthur arturo arun asha ashley astrid
audrey aurora axel ayesha barbara bartosz beatrice beatriz ben benjamin bernard bernd bethany betty bianca bjorn björn brandon brenda
brendan brian brigitte bruce bruno bryan camila camille carla carlos carmen carol carolina caroline carolyn catalina catherine cathy
cecilia celine charles chen chiara chloe chris christian christina christine christoph christopher cindy claire clara claudia
colin colleen connor conrad craig cristian cristina cynthia daniel daniela daniele danielle darren david deborah deepak denise dennis
derek diana diane diego dieter dimitri dirk dmitri dmitry dominic dominik donald donna dorothy douglas duncan dustin dylan eduardo
edward edwin eileen ekaterina elena eleanor eleni elias elisa elisabeth eliza elizabeth ella ellen emilia emilio emily emma emmanuel
enrique enzo eric erica erik erika erin ernesto esther ethan etienne eugene eva evan evelyn ewa fabian fabio fatima federico felipe
felix fernanda fernando filip fiona florian francesca francesco francis francisco franck francois françois frederic frederick
frederik frida friedrich gabriel gabriela gabriele gareth gary gavin geoffrey george georgios gerald gerard gerhard giovanni giulia
giuseppe gloria gonzalo gordon graham greg gregory greta guillaume guillermo gunther gustav gustavo haley hamza hanna hannah hans harold
harriet hassan heather hector heidi heinrich helen helena helene helmut henri henrik henry herbert hiroshi holly howard hugo hussein
ian ibrahim ignacio igor ilya imran ines ingrid irene irina iris isaac isabel isabella isabelle ivan ivana jacob jacqueline jacques
jakob jakub james jamie jan jana jane janet janice janine jarek jasmine jason javier jean jeff jeffrey jennifer jenny jeremy jerome
jesse jessica jill jim joan joanna joao joão joaquin joe johan johann johanna johannes john johnny jon jonas jonathan jorge jose josé josef
joseph joshua joyce juan juana judith julia julian juliana julie julien juliette julio jun jurgen jürgen justin justyna kaito karen karim
karin karina karl karla karolina katarina kate katharina katherine kathleen kathryn katie katja katrin kavita keith kelly kendra kenji
kenneth kerstin kevin khalid kieran kim kimberly klaus kristen kristian kristin kristina krzysztof kumar kurt kyle lars laura lauren
laurence laurent leah lena leo leon leonard leonardo leonie leslie leticia liam lidia lilian liliana linda lindsay lisa logan lorena
lorenzo louis louise luca lucas lucia lucie lucy ludwig luis luisa lukas lukasz lydia lynn maciej magdalena magnus mahmoud malcolm
manuel manuela marc marcel marcella marcelo marcia marcin marco marcos marcus margaret margarita maria marian mariana marie marina mario
marion marius marjorie markus marlene marta martha martin martina marvin mary mateo mateusz mathias mathieu mathilde matteo matthew
matthias maureen maurice max maximilian megan mehmet mei melanie melissa mercedes michael michaela michal michel michele michelle miguel
mika mikael mikhail mila milan miriam mohamed mohammad mohammed moira molly monica monika morgan muhammad mustafa nadia nadine nancy
naomi natalia natalie natasha nathalie nathan neha neil nicholas nick nicola nicolas nicole nigel nikhil niklas nikolai nikolaos nina
noah noemi nora norman olaf oleg olga oliver olivia olivier omar oscar oskar otto owen pablo pamela paola paolo patricia patrick paul
paula pauline paulo pavel pawel pedro peter petra philip philipp philippe phillip pierre piotr pooja priya rachel rafael raffaele rahul
raj rajesh ralph ramon raquel raul ravi raymond rebecca regina reinhard rekha rene renata ricardo riccardo richard rita robert roberta
roberto robin rodrigo roger roland rolf roman ronald rosa rosemary roxana ruben rudolf russell ruth ryan sabine sabrina salma salvatore
samantha samuel sandra sandrine sanjay sara sarah sasha scott sean sebastian serge sergei sergey sergio shannon sharon shelby shirley
shreya silvia simon simone sofia sonia sonja sophia sophie stefan stefania stefano steffen stella stephan stephanie stephen steve steven
stuart sunita susan susanne suzanne sven svetlana sylvia sylvie takashi tamara tania tanja tanya tatiana teresa teresia thabo theo
theodore theresa therese thiago thierry thomas tiffany tim timothy tina tobias todd tom tomas tomasz tony tracy trevor tristan tyler
ulrich ulrike ursula valentina valeria valerie vanessa vera veronica veronika vicente victor victoria vijay viktor vincent vincenzo
virginie vivian vladimir walter waltraud wanda wayne wei wendy werner wilhelm william wojciech wolfgang xavier yasmin yolanda yuki yusuf
yvonne zachary zainab zofia
`

export const FIRST_NAMES: ReadonlySet<string> = new Set(NAMES.trim().split(/\s+/))
