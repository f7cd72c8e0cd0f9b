"""Words of English text that are no names of people: countries, regions, organisations, titles, products, context.

Public knowledge, written for this project. Entries of several words are divided by `|` where a list holds any.
"""

# ruff: noqa: E501, SIM905 - word lists, kept in dense blocks

from __future__ import annotations

COUNTRIES = (
    "Afghanistan|Albania|Algeria|Andorra|Angola|Antigua and Barbuda|Argentina|Armenia|Australia|Austria|Azerbaijan|Bahamas|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bhutan|Bolivia|"
    "Bosnia and Herzegovina|Bosnia|Botswana|Brazil|Brunei|Bulgaria|Burkina Faso|Burundi|Cambodia|Cameroon|Canada|Cape Verde|Central African Republic|Chad|Chile|China|Colombia|Comoros|Congo|Costa Rica|"
    "Croatia|Cuba|Cyprus|Czech Republic|Czechia|Denmark|Djibouti|Dominica|Dominican Republic|East Timor|Ecuador|Egypt|El Salvador|Equatorial Guinea|Eritrea|Estonia|Eswatini|Ethiopia|Fiji|Finland|France|"
    "Gabon|Gambia|Georgia|Germany|Ghana|Greece|Grenada|Guatemala|Guinea|Guinea-Bissau|Guyana|Haiti|Honduras|Hungary|Iceland|India|Indonesia|Iran|Iraq|Ireland|Israel|Italy|Ivory Coast|Jamaica|Japan|Jordan|"
    "Kazakhstan|Kenya|Kiribati|Kosovo|Kuwait|Kyrgyzstan|Laos|Latvia|Lebanon|Lesotho|Liberia|Libya|Liechtenstein|Lithuania|Luxembourg|Madagascar|Malawi|Malaysia|Maldives|Mali|Malta|Marshall Islands|Mauritania|"
    "Mauritius|Mexico|Micronesia|Moldova|Monaco|Mongolia|Montenegro|Morocco|Mozambique|Myanmar|Burma|Namibia|Nauru|Nepal|Netherlands|Holland|New Zealand|Nicaragua|Niger|Nigeria|North Korea|North Macedonia|"
    "Macedonia|Norway|Oman|Pakistan|Palau|Palestine|Panama|Papua New Guinea|Paraguay|Peru|Philippines|Poland|Portugal|Qatar|Romania|Russia|Russian Federation|Rwanda|Saint Lucia|Samoa|San Marino|Saudi Arabia|"
    "Senegal|Serbia|Seychelles|Sierra Leone|Singapore|Slovakia|Slovenia|Solomon Islands|Somalia|South Africa|South Korea|South Sudan|Spain|Sri Lanka|Sudan|Suriname|Sweden|Switzerland|Syria|Taiwan|Tajikistan|"
    "Tanzania|Thailand|Togo|Tonga|Trinidad and Tobago|Trinidad|Tunisia|Turkey|Türkiye|Turkmenistan|Tuvalu|Uganda|Ukraine|United Arab Emirates|United Kingdom|United States|United States of America|Uruguay|"
    "Uzbekistan|Vanuatu|Vatican City|Venezuela|Vietnam|Viet Nam|Yemen|Zambia|Zimbabwe|Greenland|Faroe Islands|Puerto Rico|Hong Kong|Macau|Macao|Gibraltar|Bermuda|Aruba|Guam|Martinique|Guadeloupe|Réunion|"
    "England|Scotland|Wales|Northern Ireland|Great Britain|Britain|USA|U.S.A.|US|U.S.|UK|U.K.|UAE|USSR|Soviet Union|Yugoslavia|Czechoslovakia|Korea|Republic of Korea|Republic of China"
)

REGIONS = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|"
    "Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|"
    "Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|District of Columbia|Ontario|Quebec|Québec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia|New Brunswick|"
    "Newfoundland|Newfoundland and Labrador|Prince Edward Island|Yukon|Nunavut|Northwest Territories|New South Wales|Victoria|Queensland|South Australia|Western Australia|Tasmania|Northern Territory|"
    "Bavaria|Saxony|Hesse|Brandenburg|Thuringia|Lower Saxony|North Rhine-Westphalia|Tuscany|Lombardy|Sicily|Sardinia|Piedmont|Veneto|Umbria|Calabria|Apulia|Liguria|Andalusia|Catalonia|Galicia|Aragon|"
    "Castile|Basque Country|Normandy|Brittany|Provence|Burgundy|Alsace|Lorraine|Aquitaine|Corsica|Flanders|Wallonia|Lapland|Scania|Jutland|Siberia|Crimea|Chechnya|Dagestan|Tatarstan|Transylvania|Bohemia|"
    "Moravia|Silesia|Pomerania|Galicia|Anatolia|Kurdistan|Kashmir|Punjab|Gujarat|Rajasthan|Maharashtra|Kerala|Tamil Nadu|Karnataka|Andhra Pradesh|Telangana|Uttar Pradesh|Madhya Pradesh|Bihar|West Bengal|"
    "Odisha|Assam|Goa|Haryana|Sindh|Balochistan|Tibet|Xinjiang|Inner Mongolia|Guangdong|Fujian|Zhejiang|Jiangsu|Shandong|Sichuan|Hunan|Hubei|Henan|Hebei|Yunnan|Hainan|Hokkaido|Okinawa|Java|Sumatra|Bali|"
    "Borneo|Mindanao|Luzon|Patagonia|Amazonia|Minas Gerais|Bahia|Jalisco|Yucatán|Oaxaca|Chiapas|Baja California|Sonora|Kent|Essex|Sussex|Surrey|Devon|Cornwall|Dorset|Somerset|Norfolk|Suffolk|Yorkshire|"
    "Lancashire|Cumbria|Northumberland|Durham|Cheshire|Derbyshire|Nottinghamshire|Lincolnshire|Leicestershire|Shropshire|Herefordshire|Worcestershire|Warwickshire|Oxfordshire|Buckinghamshire|Bedfordshire|"
    "Hertfordshire|Cambridgeshire|Gloucestershire|Wiltshire|Hampshire|Berkshire|Middlesex|Merseyside|Aberdeenshire|Fife|Gwynedd|Dyfed|Powys|Glamorgan|Ulster|Munster|Leinster|Connacht|County Cork|"
    "Europe|Asia|Africa|North America|South America|Latin America|Central America|Antarctica|Oceania|Middle East|Far East|Southeast Asia|Scandinavia|Balkans|Caribbean|Caucasus|Mediterranean|Sahara|"
    "Silicon Valley|Bay Area|Midwest|New England|Manhattan|Brooklyn|Queens|Bronx|Harlem|Staten Island|Long Island|Hollywood|Beverly Hills|Cape Cod|Sinai|Gaza|West Bank|Kowloon|Pudong|Soho|Mayfair|"
    "Thames|Danube|Rhine|Seine|Volga|Nile|Amazon River|Mississippi River|Yangtze|Ganges|Alps|Andes|Himalayas|Rockies|Pyrenees|Carpathians|Mount Everest|Lake Michigan|Pacific Ocean|Atlantic Ocean|Indian Ocean|"
    "Pacific|Atlantic|Arctic|Black Sea|Red Sea|Baltic Sea|North Sea|Persian Gulf"
)

# Places that the list of cities does not hold under the name used in English.
CITIES = (
    "Washington, D.C.|Washington DC|New York City|NYC|LA|San Fran|Vegas|Philly|St. Louis|St Louis|St. Petersburg|Saint Petersburg|St. Paul|Geneva|Zurich|Zürich|Basel|Bern|Munich|München|Cologne|Köln|Nuremberg|Nürnberg|"
    "Düsseldorf|Vienna|Wien|Prague|Praha|Warsaw|Warszawa|Krakow|Kraków|Wrocław|Gdańsk|Poznań|Łódź|Budapest|Bucharest|București|Sofia|Belgrade|Beograd|Zagreb|Ljubljana|Sarajevo|Skopje|Athens|Thessaloniki|Rome|Roma|"
    "Milan|Milano|Naples|Napoli|Turin|Torino|Florence|Firenze|Venice|Venezia|Genoa|Bologna|Palermo|Lisbon|Lisboa|Porto|Seville|Sevilla|Copenhagen|København|Gothenburg|Göteborg|Malmö|Oslo|Bergen|Trondheim|Helsinki|"
    "Tampere|Turku|Reykjavik|Reykjavík|Tallinn|Riga|Vilnius|Kiev|Kyiv|Lviv|Odessa|Moscow|Antwerp|Ghent|Bruges|Brussels|Bruxelles|The Hague|Den Haag|Rotterdam|Utrecht|Luxembourg City|Bombay|Calcutta|Madras|Bangalore|"
    "Peking|Canton|Saigon|Ho Chi Minh City|Rangoon|Mexico City|Panama City|Guatemala City|Rio de Janeiro|Rio|São Paulo|Sao Paulo|Brasília|Bogotá|Asunción|Montevideo|Tel Aviv|Jerusalem|Haifa|Mecca|Medina|Cairo|"
    "Alexandria|Casablanca|Marrakesh|Tangier|Tripoli|Cape Town|Johannesburg|Nicosia|Limassol|Valletta|Cambridge|Oxford|Bath|York|Reading|Brighton|Belfast|Cardiff|Swansea|Edinburgh|Glasgow|Aberdeen|Dundee|Inverness|"
    "Cork|Galway|Limerick|Wellington|Auckland|Christchurch|Dunedin|Hobart|Canberra|Perth|Darwin|Cairns"
)

DEMONYMS = (
    "American British English Scottish Welsh Irish French German Italian Spanish Portuguese Dutch Belgian Swiss Austrian Swedish Norwegian Danish Finnish Icelandic Polish Czech Slovak Hungarian Romanian Bulgarian "
    "Greek Turkish Cypriot Maltese Croatian Serbian Bosnian Slovenian Albanian Macedonian Montenegrin Russian Ukrainian Belarusian Moldovan Estonian Latvian Lithuanian Georgian Armenian Azerbaijani Kazakh Uzbek "
    "Chinese Japanese Korean Vietnamese Thai Cambodian Laotian Burmese Malaysian Singaporean Indonesian Filipino Indian Pakistani Bangladeshi Nepalese Afghan Iranian Persian Iraqi Syrian Lebanese Jordanian Israeli "
    "Palestinian Saudi Yemeni Omani Kuwaiti Emirati Egyptian Libyan Tunisian Algerian Moroccan Sudanese Ethiopian Kenyan Ugandan Tanzanian Nigerian Ghanaian Senegalese Cameroonian Congolese Angolan Zambian Zimbabwean "
    "Mozambican Rwandan Somali Mexican Canadian Cuban Jamaican Haitian Dominican Guatemalan Honduran Salvadoran Nicaraguan Panamanian Colombian Venezuelan Ecuadorian Peruvian Bolivian Chilean Argentine Argentinian "
    "Uruguayan Paraguayan Brazilian Australian Mongolian Taiwanese Tibetan European Asian African Arab Arabic Latin Hispanic Latino Caucasian Jewish Muslim Islamic Christian Catholic Protestant Orthodox Buddhist Hindu "
    "Sikh Mormon Anglican Lutheran Baptist Methodist Roman Celtic Nordic Scandinavian Slavic Balkan Mediterranean Democrat Republican Democratic Conservative Labour Liberal Communist Socialist Soviet Nazi Marxist "
    "Chechen Belizean Singaporean Bahamian Barbadian Bermudian Bhutanese Botswanan Bruneian Chadian Comoran Djiboutian Eritrean Fijian Gabonese Gambian Grenadian Guinean Guyanese Ivorian Kyrgyz Liberian Luxembourgish Malagasy Malawian Maldivian Malian Mauritanian Mauritian Monegasque Namibian Nepali Nigerien Papuan Qatari Samoan Surinamese Tajik Togolese Tongan Trinidadian Turkmen Tatar Kurdish Basque Catalan Flemish Bavarian Texan Californian Parisian Londoner Yorker Hawaiian Cherokee Navajo Zulu Swahili Hebrew Yiddish Gaelic Cantonese Mandarin Hindi Urdu Bengali Tamil Punjabi Greenlandic Faroese Sami Roma "
    "Americans Germans Russians Italians Greeks Turks Poles Swedes Danes Finns Norwegians Indians Africans Europeans Asians Arabs Muslims Christians Jews Hindus Catholics Buddhists Democrats Republicans Brits Scots Spaniards"
).split()

ORGANISATION_ENDINGS = (
    "Inc Incorporated LLC LLP LP Ltd Limited Corp Corporation Co Company Companies PLC GmbH AG SE KG SA SAS SARL SpA SRL BV NV AB AS ASA Oy Oyj ApS Pty Pte Bhd KK Kft Zrt sro doo Group Holdings Holding Partners Associates "
    "Industries Enterprises Enterprise Technologies Technology Systems Solutions Services Software Labs Laboratories Consulting Consultants Capital Ventures Investments Investment Securities Insurance Assurance Financial "
    "Finance Bank Bancorp Bancshares Trust Fund Funds Advisors Advisers Management Media Entertainment Studios Pictures Records Productions Publishing Publishers Press Books Magazine Times Post Herald Tribune Gazette "
    "Airlines Airways Air Motors Automotive Motorsport Foods Brewery Breweries Bakery Pharma Pharmaceuticals Pharmaceutical Therapeutics Biotech Biosciences Healthcare Health Medical Clinic Hospital University College "
    "School Academy Institute Institution Foundation Society Association Council Committee Commission Agency Authority Administration Bureau Department Ministry Office Union Federation League Club Church Museum Library "
    "Orchestra Theatre Theater Gallery Hotel Hotels Resort Resorts Restaurant Restaurants Cafe Stores Supermarkets Retail Logistics Shipping Freight Railways Railroad Telecom Telecommunications Communications Networks "
    "Wireless Mobile Energy Power Electric Electronics Semiconductor Semiconductors Petroleum Oil Gas Mining Metals Steel Chemicals Chemical Materials Plastics Paper Packaging Construction Builders Properties Realty Estates "
    "Development Developments Engineering Dynamics Robotics Aerospace Aviation Defense Security Analytics Data Digital Interactive Games Gaming Design Designs Creative Marketing Advertising Research International Global "
    "Worldwide Network Party Police Army Navy Army Court Senate Congress Parliament Conference Initiative Project Collective Cooperative Coalition Alliance Charity Charities United City FC CF SC Rovers Wanderers"
).split()

ORGANISATIONS = (
    "Google|Microsoft|Apple|Amazon|Facebook|Meta|Twitter|Netflix|Tesla|IBM|Intel|Oracle|Cisco|Adobe|Salesforce|SAP|Dell|HP|Hewlett-Packard|Nvidia|AMD|Qualcomm|Samsung|Sony|Panasonic|Toshiba|Hitachi|Fujitsu|Nokia|"
    "Ericsson|Siemens|Philips|Bosch|Huawei|Xiaomi|Lenovo|Alibaba|Tencent|Baidu|ByteDance|JD.com|Uber|Lyft|Airbnb|Spotify|PayPal|Stripe|eBay|Etsy|Shopify|Walmart|Target|Costco|Best Buy|Home Depot|IKEA|H&M|Zara|Nike|"
    "Adidas|Puma|Starbucks|McDonald's|Burger King|KFC|Subway|Coca-Cola|Pepsi|PepsiCo|Nestlé|Nestle|Unilever|Procter & Gamble|P&G|Johnson & Johnson|Pfizer|Moderna|Novartis|Roche|Merck|Bayer|GlaxoSmithKline|GSK|AstraZeneca|"
    "Sanofi|Toyota|Honda|Nissan|Mazda|Subaru|Hyundai|Kia|Volkswagen|Audi|BMW|Mercedes-Benz|Porsche|Volvo|Renault|Peugeot|Fiat|Ferrari|Ford|General Motors|GM|Chrysler|Chevrolet|Boeing|Airbus|Lockheed Martin|Rolls-Royce|"
    "ExxonMobil|Exxon|Shell|BP|Chevron|Total|Gazprom|Aramco|JPMorgan|JPMorgan Chase|Goldman Sachs|Morgan Stanley|Citibank|Citigroup|Bank of America|Wells Fargo|Barclays|HSBC|Lloyds|Santander|BNP Paribas|Deutsche Bank|UBS|"
    "Credit Suisse|ING|Nordea|Danske Bank|Handelsbanken|Allianz|AXA|Prudential|MetLife|AIG|Aetna|Cigna|Humana|UnitedHealth|Visa|Mastercard|American Express|Amex|Discover|Capital One|Fidelity|Vanguard|BlackRock|Deloitte|PwC|"
    "KPMG|Ernst & Young|EY|McKinsey|Accenture|Capgemini|Infosys|Wipro|Tata|Reliance|Vodafone|Verizon|AT&T|T-Mobile|Sprint|Comcast|BT|Orange|Telefonica|Deutsche Telekom|Disney|Warner Bros|Universal|Paramount|HBO|CNN|BBC|"
    "NBC|CBS|ABC|Fox News|ESPN|Reuters|Bloomberg|Associated Press|AP|New York Times|The New York Times|Washington Post|Wall Street Journal|The Guardian|Financial Times|The Economist|Forbes|NASA|ESA|FBI|CIA|NSA|IRS|FDA|EPA|FTC|"
    "SEC|DMV|NHS|HMRC|NATO|UN|EU|IMF|WHO|WTO|OECD|OPEC|UNESCO|UNICEF|Red Cross|Greenpeace|Amnesty International|World Bank|World Health Organization|United Nations|European Union|European Commission|White House|Pentagon|"
    "Kremlin|Supreme Court|Harvard|Yale|Stanford|Princeton|MIT|Caltech|Columbia University|UCLA|NYU|Oxford University|Cambridge University|Manchester United|Manchester City|Liverpool FC|Real Madrid|FC Barcelona|Juventus|"
    "Bayern Munich|Chelsea FC|Arsenal|NBA|NFL|NHL|MLB|FIFA|UEFA|FedEx|UPS|DHL|USPS|Delta Airlines|Lufthansa|Ryanair|easyJet|Emirates|Qantas|British Airways|Air France|Hilton|Marriott|Hyatt|LinkedIn|Slack|Zoom|Dropbox|"
    "GitHub|GitLab|Mozilla|Wikipedia|YouTube|Instagram|WhatsApp|TikTok|Snapchat|Reddit|Pinterest|OpenAI|Anthropic|DeepMind|Hugging Face|Red Hat|Canonical|Atlassian|Twilio|Zendesk|HubSpot|Intuit|Workday|ServiceNow|Snowflake|"
    "Palantir|SpaceX|Nintendo|Activision|Electronic Arts|Ubisoft|Lego|Mattel|Hasbro|Gucci|Prada|Chanel|Hermès|L'Oréal|LVMH|Rolex|Heineken|Carlsberg|Danone|Kellogg's|Kraft Heinz|Mars|Ferrero|Lidl|Aldi|Tesco|Sainsbury's|Carrefour"
    "|NPR|PBS|MSNBC|CNBC|ITV|ACLU|AARP|NAACP|RSPCA|WWF|PETA|YMCA|YWCA|CERN|NIH|CDC|FCC|FAA|FEMA|USDA|DEA|TSA|NOAA|NTSB|USAID|UNHCR|UNDP|IAEA|OSCE|ASEAN|Interpol|Europol|Oxfam|Doctors Without Borders|Save the Children"
    "|Human Rights Watch|Salvation Army|Colgate-Palmolive|ConocoPhillips|Bechtel|Halliburton|Honeywell|Raytheon|Northrop Grumman|General Dynamics|General Electric|Kimberly-Clark|Kroger|Walgreens|Wayfair|Expedia"
    "|Booking.com|TripAdvisor|DoorDash|Instacart|Grubhub|Deliveroo|Coursera|Duolingo|Skyscanner|Zalando|Klarna|Revolut|Monzo|Ocado|Vinted|Rakuten|Flipkart|Zomato|Mercari|Canva|Xero|Logitech|Electrolux|Michelin"
    "|Pirelli|United Airlines|American Airlines|Southwest Airlines|JetBlue|KLM|Alitalia|Iberia|Aeroflot|Cathay Pacific|Maersk|ArcelorMittal|ThyssenKrupp|BASF|Beiersdorf|Saint-Gobain|Société Générale|Crédit Agricole"
    "|UniCredit|Telenor|Equinor|Statoil|Novo Nordisk|Lukoil|Rosneft|Sberbank|Petrobras|Embraer|Cemex|América Móvil|Mitsubishi|Mitsui|Sumitomo|Nomura|SoftBank|Hyundai Motor|LG Electronics|Foxconn|TSMC|ICICI Bank"
    "|HDFC Bank|Tata Motors|Standard Chartered|NatWest|Nationwide Building Society|Waitrose|Asda|Debenhams|Harrods|Mondelez|State Street|PNC Bank|US Bank|TD Bank|Scotiabank|Commonwealth Bank|Westpac|Ipsos|Bertelsmann"
    "|Le Monde|Der Spiegel|El País|USA Today|Daily Mail|The New Yorker|National Geographic|Rolling Stone|Sports Illustrated|Brookings Institution|Smithsonian Institution|Library of Congress|Federal Reserve|European Central Bank"
)

TITLES = "Mr Mrs Ms Miss Mx Dr Prof Professor Doctor Sir Dame Lord Lady Madam Mister Rev Reverend Father Sister Brother Fr Sr Pastor Rabbi Imam Bishop Judge Justice Senator Congressman Congresswoman Representative Governor Mayor President Chairman Chairwoman Chancellor Minister Secretary Ambassador Captain Capt Colonel Col Major Maj General Gen Lieutenant Lt Sergeant Sgt Officer Detective Inspector Commander Admiral Private Corporal Agent Coach Uncle Aunt Auntie Grandma Grandpa King Queen Prince Princess Duke Duchess Earl Count Countess Baron Pope Saint Esq Herr Frau Monsieur Madame Mademoiselle Mme Mlle Señor Señora Señorita Don Doña Signor Signora Sri Shri Smt".split()

NAME_SUFFIXES = "Jr Jr. Sr Sr. II III IV PhD Ph.D. MD M.D. Esq Esq. CPA RN DDS MBA".split()

DATES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun Christmas Easter Halloween Thanksgiving Ramadan Diwali Hanukkah Xmas Eid AM PM GMT UTC EST PST CET CEST EDT PDT BST".split()

PRODUCTS = (
    "iPhone iPad iMac MacBook AirPods Android Windows Linux Ubuntu Debian Fedora macOS iOS Chrome Firefox Safari Edge Opera Excel Word PowerPoint Outlook Teams Office Photoshop Illustrator Acrobat Bluetooth WiFi Wi-Fi USB HDMI "
    "GPS LED LCD OLED CPU GPU RAM SSD PDF HTML CSS JSON XML YAML CSV SQL HTTP HTTPS URL API SDK JWT SSH SSL TLS DNS VPN TCP UDP IP FTP SMTP IMAP POP REST SOAP GraphQL Python Java JavaScript TypeScript Rust Golang Kotlin Swift Ruby "
    "Perl PHP Scala Haskell Clojure Erlang Elixir Julia Fortran Cobol Bash Docker Kubernetes Terraform Ansible Jenkins Git Subversion Mercurial Postgres PostgreSQL MySQL SQLite MongoDB Redis Kafka Spark Hadoop Hive Airflow Flask "
    "Django Rails React Angular Vue Svelte Node Webpack Babel TensorFlow PyTorch Keras NumPy SciPy Pandas Jupyter Unicode ASCII UTF Unix POSIX GNU MIT BSD GPL Apache Nginx Tomcat IntelliJ Eclipse Emacs Vim Visual Studio "
    "PlayStation Xbox Switch Kindle Alexa Siri Cortana Echo Roku Fitbit Garmin GoPro Kodak Canon Nikon Galaxy Pixel Surface ThinkPad Chromebook Walkman Camry Corolla Civic Accord Prius Mustang Tesla Model Golf Polo Passat Focus "
    "Fiesta Corsa Astra Clio Megane Land Rover Jeep Wrangler Viagra Prozac Xanax Tylenol Aspirin Ibuprofen Advil Bible Quran Torah Koran Olympics Olympic Oscar Grammy Emmy Nobel Pulitzer Bitcoin Ethereum Dogecoin Litecoin COVID Ebola "
    "Zika HIV AIDS DNA RNA MRI CT ECG EKG ICU ER ATM PIN SSN IBAN BIC SWIFT VAT GST PO ID CV HR IT PR QA CEO CFO CTO COO VP FAQ ASAP FYI ETA RSVP TV DVD CD DJ VIP OK LOL OMG"
).split()

JOBS = (
    "accountant actor actress administrator adviser agent analyst apprentice architect artist assistant attorney author baker banker barber barista biologist bookkeeper broker builder butcher captain carer carpenter cashier chairman chairwoman "
    "chairperson chef chemist clerk coach colleague commissioner composer consultant contractor cook coordinator counsellor critic dancer dealer dean dentist designer detective developer director doctor driver economist editor electrician "
    "engineer executive farmer firefighter founder geologist governor guitarist hairdresser inspector instructor intern investigator investor janitor journalist judge lawyer lecturer librarian manager mathematician mayor mechanic minister model "
    "musician novelist nurse officer operator optician owner painter partner pharmacist philosopher photographer physician physicist pianist pilot player plumber poet police politician president principal producer professor programmer "
    "psychiatrist psychologist publisher receptionist recruiter reporter representative researcher salesman scientist secretary senator singer solicitor songwriter specialist spokesman spokesperson spokeswoman striker student superintendent "
    "supervisor surgeon surveyor teacher technician therapist trainer translator treasurer trustee tutor veterinarian waiter waitress welder worker writer"
).split()

RELATIVES = "husband wife son daughter brother sister mother father mom mum dad parents partner fiancé fiancée fiance fiancee boyfriend girlfriend uncle aunt cousin nephew niece grandmother grandfather grandson granddaughter friend colleague roommate neighbour neighbor boss client patient customer guardian child baby kid twin stepson stepdaughter spouse classmate coworker co-worker landlord tenant".split()

MODERN = (
    "website websites webpage online offline email emails inbox internet login logout signup username usernames blog blogs blogger vlog app apps wifi smartphone smartphones laptop laptops desktop tablet download downloads "
    "downloaded upload uploads uploaded hashtag podcast podcasts livestream webinar chatbot spam malware firewall router broadband modem backup backups workflow workflows timestamp timestamps metadata dataset datasets database "
    "databases codec codecs plugin plugins addon widget widgets emoji emojis selfie influencer startup startups fintech blockchain cryptocurrency crypto ecommerce checkout voicemail inbox newsletter newsletters livechat helpdesk "
    "screenshot screenshots homepage homepage url urls thumbnail thumbnails hyperlink toolbar dropdown checkbox popup popups tooltip sidebar touchscreen trackpad touchpad webcam webcams headset headsets earbuds earbud powerbank "
    "charger chargers smartwatch smartwatches drone drones google googled texting texted unboxing cashback prepaid paywall rideshare carpool coworking coworker lockdown sanitizer telehealth vape vaping gluten vegan vegans kimchi "
    "sushi ramen latte cappuccino espresso smoothie hoodie hoodies leggings sneakers flipflops parka namespace namespaces config configs runtime runtimes boolean booleans tuple tuples iterator iterators iterable iterables integer "
    "integers subclass subclasses superclass metaclass enum enums struct structs async await callback callbacks wrapper wrappers parser parsers tokenizer tokenizers serializer serializers daemon daemons mutex semaphore repo repos "
    "frontend backend refactor refactored deprecated deprecate bytecode opcode opcodes regex regexes middleware localhost hostname hostnames filename filenames pathname symlink symlinks stdin stdout stderr init args kwargs param "
    "params arg utils lib libs src tmp env nan inf int str bool dict len repr todo fixme liftoff sci-fi hype anime manga sitcom sitcoms biopic rom-com"
).split()

CONNECTORS = frozenset(
    "of the and & de la le du des da do dos das di del della van von der den ter ten zu zur bin ibn al el y e og och und et for at in on to -".split()
)
"""Lower-case words that may stand inside a name."""
