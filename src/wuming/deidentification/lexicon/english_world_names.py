"""Names of the world as they stand in English text, by culture: public knowledge, written for this project."""

# ruff: noqa: E501, SIM905 - word lists, kept in dense blocks

from __future__ import annotations

GIVEN: dict[str, tuple[str, ...]] = {
    culture: tuple(names.split())
    for culture, names in {
        "german": (
            "Hans Klaus Jürgen Wolfgang Dieter Uwe Heinz Günter Günther Horst Bernd Manfred Karl Karlheinz Stefan Stephan Andreas Matthias Thomas Markus Torsten "
            "Thorsten Frank Jörg Kai Sven Jan Lukas Leon Finn Jonas Maximilian Felix Tobias Florian Sebastian Dominik Philipp Moritz Niklas Tim Jannik Fabian Benjamin "
            "Ulrich Rainer Reinhard Gerhard Helmut Herbert Siegfried Werner Walter Wilhelm Friedrich Otto Ludwig Heinrich Hermann Erich Ernst Kurt Rolf Rüdiger Volker "
            "Holger Axel Detlef Egon Eckhard Lothar Norbert Ralf Ursula Monika Petra Sabine Renate Helga Karin Brigitte Ingrid Erika Andrea Gisela Claudia Susanne "
            "Gabriele Christa Birgit Barbara Silke Heike Anja Katrin Kathrin Kerstin Ute Angelika Martina Stefanie Nicole Julia Katharina Anna Lena Lea Leonie Hannah "
            "Johanna Sophie Marie Franziska Jana Annika Svenja Elke Hannelore Hildegard Gertrud Gerda Ilse Irmgard Edith Waltraud Rosemarie Margarete Marlene Greta Mia "
            "Antje Astrid Frieda Heidi Jutta Liesel Lotte Ulrike Wiebke Anke Dörte Dagmar Bärbel Bettina Carsten Dirk Eberhard Gottfried Hartmut Hubert Joachim Jochen "
            "Konrad Leopold Marcel René Alois Anton Sepp Urs Beat Reto Regula Ueli Jakob Matthäus Rudolf Vreni Elsbeth"
        ),
        "french": (
            "Jean Pierre Michel André Philippe René Louis Alain Jacques Bernard Marcel Daniel Roger Robert Paul Claude Christian Henri Georges Nicolas François "
            "Patrick Gérard Christophe Joseph Julien Maurice Laurent Frédéric Eric Éric David Stéphane Pascal Sébastien Alexandre Thierry Olivier Antoine Raymond "
            "Guillaume Dominique Vincent Bruno Benoît Didier Franck Gilles Guy Hervé Jérôme Lucien Ludovic Marc Mathieu Matthieu Maxime Mickaël Rémi Rémy Romain "
            "Sylvain Thibault Valentin Xavier Yann Yves Yannick Étienne Émile Édouard Aurélien Baptiste Bastien Cédric Clément Corentin Damien Fabien Fabrice Florent "
            "Gaston Grégory Hugo Loïc Léo Lucas Nathan Quentin Raphaël Théo Théodore Tristan Marie Jeanne Françoise Monique Catherine Nathalie Isabelle Jacqueline Anne "
            "Sylvie Martine Madeleine Nicole Suzanne Hélène Christine Marguerite Denise Louise Christiane Yvonne Valérie Sophie Stéphanie Céline Chantal Brigitte "
            "Véronique Geneviève Simone Annick Annie Aurélie Agnès Amélie Anaïs Audrey Béatrice Bénédicte Camille Caroline Chloé Claire Clémence Colette Corinne Delphine "
            "Élise Élodie Émilie Estelle Eugénie Fabienne Florence Gabrielle Gaëlle Germaine Ghislaine Ginette Huguette Inès Josiane Juliette Justine Laetitia Laure Léa "
            "Lucie Manon Margaux Mathilde Mélanie Mireille Muriel Noémie Océane Odette Paulette Pauline Renée Roseline Sandrine Séverine Solange Sylviane Thérèse Virginie "
            "Viviane Zoé Apolline Aimée Maëlle Fleur Capucine"
        ),
        "spanish": (
            "Antonio José Manuel Francisco Juan David Javier Daniel Jesús Carlos Alejandro Miguel Rafael Pedro Pablo Ángel Sergio Fernando Jorge Luis Alberto Álvaro "
            "Diego Adrián Raúl Enrique Iván Rubén Ramón Vicente Andrés Óscar Joaquín Santiago Eduardo Víctor Mario Roberto Jaime Ignacio Marcos Alfonso Salvador Ricardo "
            "Emilio Hugo Guillermo Gabriel Julián Julio Martín Tomás Agustín Félix Gonzalo Hernán Horacio Gustavo Rodrigo Rodolfo Sebastián Simón Esteban Facundo Matías "
            "Nicolás Leandro Lautaro Ezequiel Efraín Fabián Fermín Gerardo Gilberto Gregorio Heriberto Humberto Isidro Leonel Lorenzo Moisés Néstor Noé Octavio Osvaldo "
            "Ramiro Reinaldo Rogelio Rolando Saúl Teodoro Ulises Wilfredo Yago Iker Xavi Jordi Pau Unai María Carmen Ana Isabel Laura Cristina Marta Josefa Dolores Lucía "
            "Pilar Francisca Antonia Elena Mercedes Rosa Paula Raquel Sara Concepción Beatriz Silvia Julia Patricia Rocío Andrea Montserrat Mónica Irene Ángela Alba "
            "Alicia Sonia Susana Marina Yolanda Margarita Inmaculada Natalia Eva Inés Claudia Nuria Esther Verónica Noelia Lorena Consuelo Encarnación Esperanza Eugenia "
            "Fátima Gloria Guadalupe Itziar Jimena Leticia Luisa Magdalena Manuela Marisol Maite Milagros Miriam Nieves Olga Purificación Ramona Remedios Sofía Soledad "
            "Teresa Valentina Ximena Xiomara Yesenia Camila Catalina Daniela Fernanda Gabriela Graciela Mariana Martina Renata Rosario Salomé Zulema Araceli Blanca Candela "
            "Ainhoa Amparo Lupita Paloma Pepe Paco Nacho Chus Maribel"
        ),
        "portuguese": (
            "João José António Manuel Carlos Paulo Pedro Luís Luiz Marcos Gabriel Rafael Francisco Lucas Mateus Tiago Thiago Diogo Rui Nuno Miguel Gonçalo Duarte "
            "Afonso Bernardo Bruno Caio César Cláudio Cristiano Davi Eduardo Fábio Felipe Filipe Fernando Flávio Guilherme Gustavo Heitor Henrique Hélio Igor Jorge "
            "Júlio Leandro Leonardo Lourenço Márcio Marcelo Martim Maurício Murilo Otávio Raul Renan Renato Ricardo Rodrigo Rogério Salvador Sérgio Simão Tomás Vasco "
            "Vinícius Vítor Wagner Wellington Maria Ana Francisca Antônia Adriana Juliana Márcia Fernanda Patrícia Aline Sandra Camila Amanda Bruna Jéssica Letícia Júlia "
            "Luciana Vanessa Mariana Gabriela Vera Vitória Larissa Cláudia Beatriz Luana Rita Sônia Renata Eliane Inês Joana Catarina Carolina Leonor Matilde Mafalda "
            "Margarida Madalena Filipa Fátima Lurdes Graça Conceição Rosana Simone Tatiana Teresa Thaís Yasmin Isadora Lívia Luíza Heloísa Cecília Débora Eduarda Giovana"
        ),
        "italian": (
            "Giuseppe Giovanni Antonio Mario Luigi Francesco Angelo Vincenzo Pietro Salvatore Carlo Franco Domenico Bruno Paolo Michele Giorgio Aldo Sergio Luciano "
            "Alessandro Andrea Marco Matteo Lorenzo Davide Luca Simone Stefano Roberto Riccardo Federico Fabio Massimo Maurizio Claudio Daniele Emanuele Enrico Filippo "
            "Gabriele Giacomo Gianluca Gianni Giulio Leonardo Nicola Nicolò Raffaele Renato Rocco Silvio Tommaso Umberto Valerio Vittorio Alberto Alfredo Armando Arturo "
            "Cesare Dario Edoardo Elio Emilio Ettore Ezio Gaetano Gino Guido Ivano Livio Marcello Mattia Mirko Orlando Osvaldo Piero Remo Romano Rosario Ruggero Ugo "
            "Maria Anna Giuseppina Rosa Angela Giovanna Teresa Lucia Carmela Caterina Francesca Antonietta Carla Elena Concetta Rita Margherita Franca Paola Giulia Chiara "
            "Federica Sara Martina Valentina Alessia Silvia Elisa Ilaria Eleonora Beatrice Giorgia Serena Alice Arianna Camilla Claudia Cristina Daniela Donatella Emanuela "
            "Fiorella Gabriella Ginevra Graziella Isabella Lidia Liliana Loredana Luciana Ludovica Luisa Manuela Marcella Mariangela Marina Mirella Monica Nadia Nicoletta "
            "Ornella Patrizia Raffaella Roberta Rosanna Sabrina Simona Sofia Stefania Tiziana Vincenza Viola Viviana Aurora Bianca Gaia Noemi"
        ),
        "dutch": (
            "Jan Johannes Hendrik Cornelis Willem Pieter Gerrit Dirk Jacob Jacobus Klaas Kees Piet Henk Joost Jeroen Bas Bart Sander Maarten Marcel Martijn Michiel Niels "
            "Pim Pepijn Rick Rik Roel Ruben Ruud Sjaak Sjoerd Stijn Thijs Tijs Tom Teun Twan Wim Wouter Arjan Arjen Auke Bram Daan Erwin Evert Freek Frits Geert Gijs "
            "Guus Harm Hein Jaap Jelle Jesse Joep Joris Jurre Koen Lars Lieven Lodewijk Luuk Matthijs Menno Mees Ramon Remco Rens Rob Siebe Tjeerd Wessel Maria Johanna "
            "Anna Elisabeth Cornelia Wilhelmina Hendrika Grietje Trijntje Aaltje Annemarie Anouk Anneke Anke Annelies Astrid Carolien Daphne Eefje Ellen Els Eline Esmée "
            "Femke Fleur Froukje Hanneke Hilde Ilse Ineke Ingeborg Inge Iris Jacqueline Janneke Jantje Jolanda Josje Judith Karin Katja Kim Lieke Lies Liesbeth Lisette "
            "Loes Lotte Maaike Manon Margriet Marieke Marijke Marjolein Marloes Mieke Mirjam Monique Nienke Petra Renske Roos Sanne Saskia Sjoukje Suzanne Tineke Tess "
            "Truus Wendy Willemijn Yvonne Neeltje Wijtske"
        ),
        "nordic": (
            "Erik Lars Karl Anders Johan Per Nils Carl Mikael Jan Hans Olof Olov Peter Gunnar Sven Bengt Bo Fredrik Göran Stefan Ulf Magnus Björn Håkan Mats Leif "
            "Lennart Arne Rolf Tommy Tord Torsten Tobias Viktor Axel Oskar Emil Elias Hugo Ludvig Rasmus Simon Jesper Jonas Joakim Kjell Knut Kåre Kristian Kristoffer "
            "Lasse Olav Ole Oddvar Odd Øystein Pål Petter Ragnar Roar Sigurd Sindre Sondre Stian Svein Terje Thor Tor Tore Torbjørn Trond Vegard Vidar Øyvind Åge Aksel "
            "Asbjørn Anker Bjarne Bent Birger Børge Carsten Christian Claus Ejnar Finn Flemming Frode Gorm Henning Henrik Holger Ib Ivar Jens Jeppe Jørgen Jørn Kaj Kim "
            "Kresten Kurt Mads Malthe Mikkel Mogens Morten Niels Nikolaj Palle Poul Preben Rune Søren Steen Svend Tage Troels Ulrik Vagn Villads Anna Maria Margareta "
            "Elisabeth Eva Kristina Birgitta Karin Marie Elisabet Ingrid Sofia Linnéa Kerstin Lena Helena Marianne Emma Johanna Linnea Inger Sara Cecilia Elin Anita "
            "Gunilla Susanne Ulla Annika Åsa Agneta Astrid Barbro Britt Camilla Carina Ebba Ellinor Elsa Frida Gerd Gun Gunnel Hanna Hedvig Ida Ingeborg Jenny Josefin "
            "Julia Kajsa Katarina Klara Lisbeth Lotta Maj Malin Märta Matilda Moa Monica Pernilla Pia Sigrid Signe Siv Sofie Solveig Stina Tove Ulrika Viktoria Ylva "
            "Anne Berit Bente Bodil Dorthe Else Freja Gitte Grete Grethe Hanne Heidi Helle Hege Ida Ingunn Jette Jorunn Kari Kirsten Kjersti Lene Line Lise Lone Marit "
            "Maren Mathilde Mette Nanna Pernille Randi Rikke Ragnhild Siri Sissel Synne Tone Trine Tuva Turid Unni Vibeke Åse Karoline Katrine Laerke Lærke"
        ),
        "finnish": (
            "Juhani Johannes Mikael Antero Tapani Tapio Matti Timo Kari Jari Juha Mika Jukka Pekka Heikki Markku Antti Hannu Ilkka Jorma Kalevi Kimmo Lauri Mikko Olavi "
            "Olli Onni Paavo Pasi Pentti Petri Raimo Reijo Risto Sakari Sami Seppo Simo Tero Tuomas Urho Veikko Veli Ville Väinö Eero Eetu Eino Elias Erkki Esa Jaakko "
            "Janne Joonas Jouni Kalle Lasse Leo Niilo Oskari Aleksi Arto Arvo Maria Helena Johanna Anneli Kaarina Marjatta Anna Liisa Sofia Aino Anja Anne Annikki Eeva "
            "Eija Elina Ella Emilia Hanna Heidi Helmi Hilkka Hilja Inkeri Irma Jaana Kaija Kaisa Katja Kirsi Kristiina Laura Leena Lotta Maarit Marja Marjo Merja Mervi "
            "Minna Mirja Nina Noora Outi Paula Pirjo Pirkko Päivi Raija Riikka Ritva Saara Sanna Sari Satu Seija Siiri Sirkka Sirpa Suvi Taina Tarja Tiina Tuula Tuulikki "
            "Ulla Venla Virpi Kaija Aliisa Hellevi Tellervo"
        ),
        "icelandic": (
            "Jón Sigurður Guðmundur Gunnar Ólafur Einar Kristján Magnús Stefán Jóhann Björn Árni Bjarni Helgi Halldór Arnar Gísli Ragnar Þór Þórður Þorsteinn Ásgeir Atli "
            "Birgir Brynjar Daði Davíð Egill Eiríkur Elías Friðrik Garðar Haraldur Haukur Hilmar Hjalti Hörður Ingi Ívar Jónas Karl Kári Kjartan Logi Matthías Óskar Páll "
            "Pétur Rúnar Sigurjón Sindri Skúli Snorri Sölvi Steinar Sveinn Tómas Tryggvi Valur Viðar Ægir Örn Guðrún Anna Kristín Sigríður Margrét Helga Sigrún Ingibjörg "
            "Jóhanna María Elín Katrín Ásta Ragnheiður Hildur Erla Lilja Guðbjörg Ólöf Unnur Hulda Halldóra Þórunn Björk Bryndís Dagný Edda Elísabet Erna Eva Freyja Guðný "
            "Gyða Harpa Hrafnhildur Inga Íris Jóna Kolbrún Linda Oddný Ragna Rósa Sólveig Steinunn Svanhildur Valgerður Vigdís Þóra Birna Berglind Astríður"
        ),
        "polish": (
            "Piotr Krzysztof Andrzej Tomasz Jan Paweł Michał Marcin Jakub Adam Stanisław Marek Łukasz Grzegorz Mateusz Wojciech Mariusz Dariusz Zbigniew Jerzy Maciej "
            "Rafał Robert Kamil Józef Jacek Dawid Szymon Tadeusz Kacper Ryszard Bartosz Artur Jarosław Sławomir Janusz Mirosław Sebastian Henryk Damian Patryk Daniel "
            "Przemysław Roman Kazimierz Wiesław Marian Bartłomiej Bogdan Bogusław Bolesław Bronisław Czesław Edward Eugeniusz Filip Franciszek Hubert Igor Ireneusz Kajetan "
            "Konrad Lech Leszek Ludwik Mieczysław Miłosz Norbert Oskar Radosław Seweryn Waldemar Wacław Wiktor Witold Władysław Włodzimierz Zdzisław Zygmunt Anna Maria "
            "Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Magdalena Elżbieta Joanna Aleksandra Zofia Monika Teresa Danuta Natalia Karolina Marta Julia Beata Dorota "
            "Janina Alicja Jadwiga Jolanta Iwona Halina Paulina Justyna Zuzanna Grażyna Irena Hanna Wiktoria Bożena Sylwia Urszula Kinga Lidia Stanisława Wanda Bogumiła "
            "Celina Czesława Genowefa Gabriela Helena Henryka Kazimiera Lucyna Marianna Maja Milena Mirosława Oliwia Renata Roksana Weronika Wiesława Wisława Zdzisława "
            "Żaneta Kornelia Klaudia Aneta Izabela "
        ),
        "czech": (
            "Jiří Jan Petr Josef Pavel Martin Tomáš Jaroslav Miroslav Zdeněk Václav Michal František Jakub Milan Karel Lukáš David Vladimír Ondřej Ladislav Roman Marek "
            "Stanislav Daniel Antonín Radek Vojtěch Filip Adam Matěj Dominik Aleš Miloslav Jaromír Patrik Libor Jindřich Vlastimil Miloš Oldřich Lubomír Rudolf Ivan Luboš "
            "Robert Vít Radim Bohumil Bohuslav Dalibor Dušan Hynek Igor Kamil Kryštof Leoš Otakar Radoslav Richard Šimon Štěpán Viktor Vratislav Juraj Peter Ján Matúš Marián "
            "Ľubomír Rastislav Branislav Jana Marie Eva Hana Anna Lenka Kateřina Věra Lucie Alena Petra Jaroslava Veronika Martina Jitka Tereza Ludmila Helena Michaela Zdeňka "
            "Ivana Jarmila Monika Zuzana Jiřina Markéta Eliška Marcela Barbora Dagmar Kristýna Dana Božena Vlasta Pavla Andrea Irena Klára Šárka Simona Natálie Blanka Renata "
            "Iveta Drahomíra Květa Libuše Milada Milena Miloslava Naděžda Nikola Olga Radka Růžena Soňa Stanislava Vendula Vladimíra Zlata Adéla Aneta Daniela Denisa Gabriela "
            "Ilona Karolína Ľubica Katarína Oľga Mária"
        ),
        "hungarian": (
            "László István József János Zoltán Sándor Gábor Ferenc Attila Péter Tamás Zsolt Tibor András Csaba Imre Lajos György Balázs Gyula Mihály Róbert Károly Dániel "
            "Béla Ádám Krisztián Miklós Norbert Bence Máté Dávid Dezső Dénes Endre Ernő Gergely Gergő Géza Győző Jenő Kálmán Kornél Levente Márton Márk Mátyás Nándor Ottó "
            "Pál Richárd Roland Szabolcs Szilárd Vilmos Viktor Zsigmond Ákos Álmos Árpád Bálint Barnabás Botond Mária Erzsébet Katalin Ilona Éva Anna Zsuzsanna Margit Judit "
            "Ágnes Julianna Andrea Ildikó Erika Krisztina Irén Eszter Magdolna Mónika Edit Gabriella Szilvia Anita Anikó Viktória Márta Rozália Tímea Piroska Klára Ibolya "
            "Réka Beáta Dóra Emese Enikő Etelka Fruzsina Gizella Gyöngyi Györgyi Hajnalka Hanna Henrietta Jolán Kinga Lilla Luca Nikoletta Noémi Orsolya Petra Rita Sára "
            " Terézia Vera Veronika Virág Zita Zsófia Zsuzsa Boglárka Borbála"
        ),
        "south_slavic": (
            "Ivan Marko Josip Ante Luka Matej Tomislav Stjepan Petar Nikola Milan Dragan Zoran Goran Dejan Aleksandar Slobodan Miodrag Milorad Radovan Vladimir Vuk Stefan "
            "Dušan Branko Boris Bojan Damir Danijel Darko Davor Denis Dino Domagoj Dragutin Dubravko Franjo Hrvoje Igor Ivica Jakov Jovan Jure Karlo Krešimir Krunoslav Lovro "
            "Mario Mate Mihovil Miljenko Mirko Miroslav Mladen Momčilo Nenad Ognjen Predrag Ratko Robert Saša Siniša Srđan Stanko Tihomir Toni Uroš Vedran Veljko Vinko Vjekoslav "
            "Zdravko Zlatko Zvonimir Željko Žarko Janez Franc Anton Jože Andrej Matjaž Miha Tadej Uroš Gašper Anže Blaž Emir Haris Mirza Senad Amir Adnan Ana Marija Ivana Mirjana "
            "Katarina Nada Dragica Ljubica Vesna Snežana Jelena Milica Gordana Jasmina Slavica Sanja Tanja Biljana Dubravka Đurđa Hana Ines Ivanka Jadranka Jasna Kata "
            "Kristina Lidija Ljiljana Lucija Maja Marina Marijana Martina Mateja Mia Mila Milena Nataša Nevenka Nika Petra Ružica Sandra Senka Slađana Sonja Stanka Štefica "
            "Tatjana Tea Valentina Višnja Zdenka Zorica Željka Barbara Maša Nina Špela Urška Alenka Darja Amra Lejla Selma"
        ),
        "russian": (
            "Aleksandr Alexander Sergey Sergei Vladimir Andrey Andrei Alexey Aleksey Alexei Nikolay Nikolai Dmitry Dmitri Dmitriy Mikhail Ivan Evgeny Evgeniy Yevgeny Igor Yury "
            "Yuri Viktor Oleg Pavel Anatoly Anatoliy Valery Vasily Vasiliy Konstantin Maxim Maksim Roman Denis Anton Artyom Artem Ilya Kirill Vitaly Vitaliy Ruslan Stanislav Boris "
            "Gennady Leonid Grigory Georgy Fyodor Gleb Yegor Egor Timofey Timur Vadim Valentin Vyacheslav Yaroslav Arkady Bogdan Eduard Filipp German Makar Mark Marat Matvey "
            " Nikita Platon Pyotr Rodion Rostislav Rustam Savely Semyon Stepan Svyatoslav Taras Volodymyr Oleksandr Andriy Mykola Serhiy Dmytro Vasyl Petro Yuriy Ihor "
            "Oleksiy Mykhailo Bohdan Elena Yelena Olga Natalia Natalya Tatiana Tatyana Irina Svetlana Anna Maria Mariya Ekaterina Yekaterina Lyudmila Galina Marina Nina Valentina "
            "Nadezhda Anastasia Anastasiya Yulia Yuliya Julia Lyubov Larisa Vera Tamara Oksana Ksenia Kseniya Evgenia Yevgeniya Daria Darya Polina Alina Alla Antonina Arina Diana "
            "Elizaveta Yelizaveta Inna Kira Klavdiya Kristina Lidiya Lilia Margarita Nonna Raisa Rimma Sofia Sofya Stefania Uliana Ulyana Varvara Veronika Viktoria Viktoriya "
            "Zhanna Zinaida Zoya Olena Iryna Oleksandra Nataliya Svitlana Halyna Mariia Yana Zarema Asya Raya Dzhokhar Ramzan Aslan Akhmed Zelim Ruslan Islam Magomed Murat Zaur "
            " Aslanbek Shamil Khasan"
        ),
        "romanian": (
            "Andrei Alexandru Mihai Ion Gheorghe Ștefan Cristian Florin Ionuț Adrian Constantin Marian Vasile Nicolae Dumitru Daniel Gabriel Bogdan Cătălin Ciprian Cosmin Costel "
            "Dan Dragoș Emil Eugen George Horia Iulian Laurențiu Liviu Lucian Marcel Marius Mircea Ovidiu Paul Petru Radu Răzvan Robert Sebastian Silviu Sorin Traian Tudor Valentin "
            "Victor Viorel Vlad Maria Elena Ioana Andreea Ana Mihaela Alexandra Cristina Daniela Alina Georgiana Gabriela Nicoleta Florentina Carmen Claudia Corina Crina Diana Doina "
            "Ecaterina Florina Ileana Irina Iulia Larisa Lavinia Loredana Luminița Mădălina Magdalena Mariana Mirela Monica Oana Raluca Ramona Roxana Rodica Simona Sorina Ștefania "
            "Valentina Vasilica Victoria Violeta Viorica"
        ),
        "greek": (
            "Georgios Dimitrios Konstantinos Ioannis Nikolaos Christos Panagiotis Vasileios Athanasios Evangelos Michail Emmanouil Spyridon Theodoros Antonios Charalampos Stavros "
            "Alexandros Anastasios Andreas Angelos Apostolos Dionysios Eleftherios Fotis Giorgos Grigorios Ilias Kostas Leonidas Manolis Marios Nikos Pavlos Petros Savvas Sotirios "
            "Stefanos Stelios Thanasis Theofanis Themistoklis Thomas Yannis Yiannis Maria Eleni Aikaterini Vasiliki Sofia Georgia Anna Angeliki Konstantina Dimitra Ioanna Evangelia "
            "Panagiota Anastasia Paraskevi Despina Chrysoula Athina Christina Eirini Foteini Kalliopi Katerina Kyriaki Niki Nikoletta Stavroula Theodora Varvara Zoi Xenia Ourania"
        ),
        "turkish": (
            "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim Ismail Osman Yusuf Murat Ömer Ramazan Halil Süleyman Abdullah Mahmut Salih Kemal Recep Hakan Hamza Burak Emre Serkan "
            "Okan Tolga Volkan Yasin Yavuz Orhan Onur Barış Berk Can Cem Cemal Cengiz Deniz Doğan Efe Emir Enes Ercan Erdem Erdoğan Erhan Erol Ertuğrul Eymen Fatih Ferhat Furkan "
            "Gökhan Güven Ilhan Kaan Kadir Kerem Levent Mert Metin Nihat Oğuz Özgür Selim Sinan Tarık Tuncay Turgut Uğur Umut Ümit Fatma Ayşe Emine Hatice Zeynep Elif Meryem Şerife "
            "Zehra Sultan Hanife Merve Havva Zeliha Esra Özlem Hülya Yasemin Aylin Aysel Ayten Azra Banu Başak Betül Beyza Burcu Büşra Canan Cansu Çiğdem Derya Dilek Ebru Ece Eda Ela "
            "Esin Filiz Gamze Gizem Gonca Gül Gülay Gülşen Hacer Hande İrem Kübra Leyla Melek Melike Meltem Neslihan Nesrin Nilgün Nur Nuray Pelin Pınar Rabia Selin Sema Serap Sevgi "
            "Sevim Sibel Songül Şule Tuğba Tülay Ümran Yıldız"
        ),
        "arabic": (
            "Mohammed Muhammad Mohamed Mohammad Ahmed Ahmad Ali Hassan Hussein Hussain Omar Umar Khalid Khaled Abdullah Abdul Abdulrahman Abdelrahman Ibrahim Ismail Youssef Yousef "
            "Yusuf Mahmoud Mustafa Mostafa Karim Kareem Tariq Tarek Samir Sami Rashid Rachid Nasser Nabil Adel Adnan Akram Amir Anwar Ashraf Ayman Aziz Bashir Bilal Bassam Bassem "
            "Daoud Fadi Fahd Faisal Farid Farouk Fawaz Firas Ghassan Habib Hadi Haitham Hakim Hamad Hamid Hamza Hani Harun Hazem Hisham Ihab Imad Imran Issa Jabir Jafar Jamal Jaber "
            "Kamal Khalil Majid Maher Malik Mansour Marwan Mazen Mehdi Mounir Munir Murad Musa Muzaffar Nader Naim Nizar Othman Qasim Rafiq Ramadan Rami Ramzi Riad Riyadh Saad Saeed "
            "Said Salah Saleh Salim Salman Shadi Sharif Sulaiman Taha Talal Tamer Usama Osama Wael Walid Waleed Wasim Yahya Yasin Yasser Zaid Zakaria Ziad Zuhair Fatima Fatma Aisha "
            "Aicha Khadija Maryam Mariam Zainab Zaynab Amina Layla Leila Laila Noor Nour Salma Sara Sarah Huda Hanan Hala Hana Heba Hind Iman Jamila Karima Latifa Lina Lubna Lamia "
            "Mona Muna Maha Manal Maysa Nadia Naima Najwa Nawal Nesrine Noura Nura Rana Rania Rasha Reem Rima Ruqayya Sabrina Safia Samira Samia Sana Sanaa Shaima Sumaya Soraya Suha "
            "Suad Wafa Yasmin Yasmine Zahra Zohra Zeinab Farah Dalia Dina Dunya Asma Abeer Amal Arwa Basma"
        ),
        "persian": (
            "Ali Reza Mohammadreza Amir Hossein Mehdi Saeed Hamid Majid Masoud Behrouz Behnam Bijan Dariush Farhad Farzad Faramarz Hooman Iraj Jamshid Javad Kamran Kaveh Kourosh "
            "Mahmoud Mohsen Morteza Nader Omid Parviz Payam Peyman Ramin Rostam Sasan Shahram Shahriar Siamak Sohrab Vahid Zahra Fatemeh Maryam Azadeh Bahar Fereshteh Golnaz Leila "
            "Mahnaz Mahsa Mina Mitra Nasrin Nazanin Niloufar Parisa Roya Sanaz Setareh Shahla Shirin Simin Soheila Yasaman"
        ),
        "indian": (
            "Rahul Amit Rajesh Sanjay Suresh Ramesh Anil Sunil Vijay Ravi Ashok Manoj Deepak Vinod Rakesh Ajay Arun Prakash Mukesh Pankaj Sandeep Sachin Rohit Vikram Vikas Nitin "
            "Abhishek Abhijit Aditya Akash Akhil Alok Aman Amol Anand Aniket Ankit Ankur Anupam Arjun Arvind Ashish Atul Ayush Balaji Bharat Bhavesh Bhaskar Chandan Chetan Chirag "
            "Darshan Devendra Dhruv Dilip Dinesh Gaurav Girish Gopal Govind Gurpreet Hardik Hari Harish Harpreet Hemant Hitesh Ishaan Jagdish Jatin Jayesh Jignesh Karan Karthik "
            "Kartik Ketan Kiran Kishore Krishna Kunal Kuldeep Lalit Lokesh Madhav Mahesh Manish Mayank Mohit Murali Naresh Narendra Naveen Neeraj Nikhil Nilesh Nishant Om Parag "
            "Paresh Pranav Prasad Prashant Prateek Praveen Raghav Raghu Raj Rajat Rajeev Rajiv Rajendra Rajkumar Ram Ranjit Ritesh Rohan Sagar Sameer Sanjeev Santosh Satish Saurabh "
            "Shankar Sharad Shashank Shekhar Shivam Shubham Siddharth Srinivas Subhash Sudhir Sumit Suraj Swapnil Tanmay Tarun Tejas Tushar Uday Umesh Utkarsh Varun Venkat Venkatesh "
            "Vinay Vineet Vipin Vishal Vivek Yash Yogesh Priya Pooja Neha Anjali Sunita Anita Kavita Rekha Sita Geeta Gita Lakshmi Meena Radha Rani Shanti Usha Asha Lata Aarti Aditi "
            "Aishwarya Akanksha Amrita Ananya Anisha Ankita Anu Anuradha Aparna Archana Arpita Aruna Avni Bhavana Bhavna Chitra Deepa Deepika Devi Dipti Divya Durga Ekta Garima "
            "Gayatri Gurleen Harini Hema Indira Ira Isha Ishita Jaya Jyoti Juhi Kajal Kalpana Kamala Karuna Kavya Khushi Kriti Lavanya Madhu Madhuri Malini Mamta Manisha Manju "
            "Meenakshi Megha Meera Mohini Monika Mridula Namrata Nandini Neelam Neeta Nidhi Nikita Nirmala Nisha Padma Pallavi Parvati Payal Poonam Prachi Pragya Pratibha Preeti "
            "Priyanka Purnima Rachna Rashmi Reena Renu Reshma Richa Ritu Roshni Ruchi Rupa Sangeeta Sandhya Sarika Saroj Savita Seema Shalini Sharmila Shikha Shilpa Shobha Shreya "
            "Shruti Shweta Simran Smita Sneha Sonal Sonali Sowmya Sridevi Subha Sudha Suman Supriya Sushma Swati Tanvi Tara Trisha Uma Urmila Vandana Varsha Veena Vidya Vijaya "
            "Farhan Imran Javed Nadeem Naeem Naveed Nawaz Rizwan Shahid Shoaib Tahir Usman Waqar Zeeshan Ayesha Bushra Farzana Nasreen Rukhsana Saima Shabana Sadia Tahira"
        ),
        "vietnamese": (
            "Anh Bao Binh Chau Chi Cuong Dat Dinh Duc Dung Duong Giang Hai Hanh Hieu Hoa Hoang Hong Hung Huong Huy Khanh Khoa Kien Lam Lan Linh Loan Long Mai Minh Nam Nga Ngoc "
            "Nhung Phong Phuc Phuong Quan Quang Quoc Quyen Quynh Son Tam Tan Thanh Thao Thi Thien Thinh Thu Thuy Tien Toan Trang Tri Trung Truong Tu Tuan Tung Tuyet Van Viet Vinh Vy "
            "Xuan Yen Nguyên Tuấn Hương Thảo"
        ),
        "korean": (
            "Min-jun Seo-jun Ji-hoon Ji-hye Ji-woo Hyun-woo Joon-ho Jun-ho Sung-min Seung-hyun Sang-hoon Young-ho Young-soo Jae-hyun Jae-sung Dong-hyun Dong-wook Kyung-soo Min-ho "
            "Min-ji Min-seo Seo-yeon Soo-jin Su-jin Eun-ji Eun-jung Hye-jin Hyun-jung Ji-eun Ji-young Mi-kyung Mi-sook So-young Yoo-jin Yu-na Woo-jin Tae-hyung Tae-yang Jin-woo "
            "Chul-soo Hae-won Bo-ra Da-eun Jihoon Jisoo Jiho Minjun Minho Minji Hyunwoo Seojun Sungmin Jaehyun Donghyun Soojin Eunji Jiyoung Yuna Taehyung Jinwoo Hana Sooyoung "
            "Kyung Sung Jae Hye Eun Seung"
        ),
        "japanese": (
            "Hiroshi Takashi Kenji Satoshi Akira Yuki Haruto Yuto Sota Ren Kaito Haruki Daiki Daisuke Kazuya Kazuki Kenta Kenichi Koji Kosuke Makoto Manabu Masaaki Masahiro Masaki "
            "Masashi Masato Minoru Naoki Noboru Osamu Ryo Ryota Ryuichi Shigeru Shin Shinichi Shinji Shota Shun Susumu Tadashi Taichi Takahiro Takeshi Taro Tatsuya Tetsuya Tomohiro "
            "Toru Toshio Tsuyoshi Yasuhiro Yoichi Yoshio Yosuke Yusuke Yuji Yuta Akihiko Akio Tomomi Sakura Yui Aoi Hina Hinata Rin Miyu Mio Yuna Ai Aiko Akemi Akiko "
            "Asuka Atsuko Ayaka Ayako Ayumi Chie Chieko Chihiro Emi Emiko Eri Etsuko Fumiko Hanako Haruka Haruko Hiroko Hisako Hitomi Junko Kana Kaori Kazuko Keiko Kiyoko Kumiko "
            "Kyoko Machiko Mai Maki Mami Mana Mariko Masako Mayumi Megumi Michiko Midori Miho Mika Miki Misaki Mitsuko Miyuki Momoko Naoko Naomi Natsuko Noriko Reiko Rie Rika Ryoko "
            "Sachiko Saki Satomi Setsuko Shizuka Shoko Sumiko Takako Tomoko Yoko Yoshiko Yukari Yukiko Yumi Yumiko Yuriko"
        ),
        "chinese": (
            "Wei Fang Na Min Jing Li Lei Yang Juan Yong Jie Tao Ming Chao Xiuying Xia Ping Gang Yan Bin Jun Hui Ying Hua Xin Hong Lin Bo Hao Peng Fei Long Qiang Jian Kai Kun Liang "
            "Ning Rui Shan Ting Xiang Xiaoming Xiaohong Xiaoling Xiaoyan Yifan Yiming Yuan Yue Yun Zhen Zhiqiang Zihan Zixuan Haoran Jiahao Jianhua Jianguo Jianjun Guoqiang Haiyan "
            "Chunhua Dan Dandan Jiayi Jingjing Lili Lijun Meiling Mengyao Qian Qing Ruoxi Shuang Siyuan Tianyu Weiwei Wenjie Wenjing Xiaodong Xiaofeng Xiaoli Xinyi Xuan Yanling "
            "Yuxuan Yuhan Zhihao Zhiwei Mei Meimei Xue Xuemei Yulan Guiying Guilan Kam Wing Siu Chi Man Ka Yan Wai Kit Hoi Tsz Hon Pui Shan Suet Yuk Mun"
        ),
        "southeast_asian": (
            "Budi Agus Siti Dewi Sri Eko Andi Bambang Dian Dwi Endang Fitri Hendra Iwan Joko Lestari Made Nur Putri Putu Rina Rizky Sari Slamet Suharto Tri Wahyu Wayan Wulan Yanti "
            "Yudi Azlan Azman Faizal Farid Hafiz Haziq Ismail Kamarul Norhayati Nurul Rosmah Rohani Siti Zainal Somchai Somsak Somboon Sompong Prasert Kittisak Nattapong Chaiyaporn "
            "Ananda Apinya Kanya Malee Nong Pim Ploy Ratana Siriporn Sunisa Suda Wanida Rodel Jejomar Jomar Arnel Rowena Marites Maricel Lourdes Rosalinda Ronaldo Reynaldo Ferdinand "
            "Crisanto Danilo Edgardo Emmanuel Erlinda Estrella Imelda Jovito Leonora Rommel Sokha Sophea Bopha Channary Dara Rithy Vanna"
        ),
        "african": (
            "Chukwu Chinedu Chinonso Chioma Chidi Chidiebere Emeka Ifeanyi Ikechukwu Kelechi Ngozi Nkechi Nnamdi Obinna Okechukwu Onyeka Uchenna Uche Ugochukwu Adaeze Adanna Amaka "
            "Amarachi Ebere Ifeoma Ijeoma Nneka Obioma Abimbola Adebayo Adewale Adekunle Ayodele Babajide Babatunde Bola Bukola Damilola Dayo Femi Folake Folasade Funmilayo Gbenga "
            "Kehinde Kunle Kolawole Lola Olabisi Oladele Olamide Olumide Oluwaseun Oluwatobi Olufemi Segun Sade Seyi Simisola Sola Taiwo Temitope Tobi Tunde Titilayo Yetunde Yemi "
            "Aminu Bello Danjuma Garba Haruna Musa Sani Usman Yakubu Zainab Kwame Kofi Kwabena Kwaku Yaw Kojo Kwasi Kweku Abena Adwoa Afua Akosua Akua Ama Efua Esi Yaa Mensah Kamau "
            "Kipchoge Kiprono Mwangi Njoroge Odhiambo Ochieng Omondi Otieno Wanjiku Wambui Njeri Nyambura Akinyi Atieno Achieng Auma Juma Jomo Baraka Zawadi Neema Rehema Amani Imani "
            "Abebe Bekele Dawit Getachew Girma Haile Kebede Mulugeta Solomon Tadesse Tesfaye Yohannes Almaz Aster Genet Hirut Meseret Selam Tigist Thabo Sipho Themba Bongani Mandla "
            "Lwazi Sizwe Zanele Nomsa Nomvula Thandi Thandeka Lindiwe Busisiwe Ayanda Lerato Palesa Kagiso Tshepo Naledi Tendai Tatenda Farai Chipo Rudo Tapiwa Mamadou Amadou Ousmane "
            "Moussa Boubacar Cheikh Seydou Souleymane Abdoulaye Aminata Fatou Fatoumata Awa Aissatou Mariama Oumou Kadiatou"
        ),
        "hebrew": (
            "Avraham Yitzhak Yaakov Yosef Moshe David Shlomo Shmuel Eliyahu Haim Chaim Meir Mordechai Menachem Dov Zvi Ze'ev Aryeh Ariel Amir Amit Amnon Asaf Avi Aviv Barak Boaz Dan "
            "Doron Dror Ehud Eitan Eran Erez Eyal Gadi Gal Gil Gilad Gideon Guy Itamar Itay Lior Nadav Nir Noam Ofer Ohad Omer Oren Ori Oz Ran Roi Ron Ronen Shai Shaul Shimon Tal Tomer "
            "Tzvi Uri Uriel Yair Yaniv Yaron Yehuda Yigal Yoav Yonatan Yossi Yotam Yuval Ziv Rivka Rachel Leah Miriam Esther Tamar Dvora Hadas Hadassah Hila Inbal Iris Keren Liat Limor "
            "Maayan Merav Michal Moran Naama Neta Noa Nurit Ofra Orit Orly Osnat Ronit Ruti Sarit Shira Shiri Shlomit Shulamit Sigal Sivan Tali Tova Tzipora Varda Yael Yaffa Yehudit Zehava"
        ),
        "baltic": (
            "Jaan Jüri Tõnu Toomas Rein Andres Urmas Margus Priit Kristjan Tarmo Raivo Peeter Mihkel Martin Marek Meelis Indrek Hannes Ain Kalev Heiki Siim Taavi Tiit Ülo Villu Anne "
            "Tiina Sirje Reet Malle Piret Kersti Katrin Kadri Kaja Kristi Liis Liisa Mare Maie Merike Riina Triin Tiiu Urve Ülle Aino Leida Uta Jānis Andris Juris Edgars Māris Aivars "
            "Valdis Guntis Ilmārs Kārlis Raimonds Uldis Ivars Gints Inese Ilze Ieva Līga Dace Aija Baiba Daina Gunta Iveta Kristīne Laima Sandra Zane Jonas Vytautas Antanas Tomas Mindaugas "
            "Darius Gediminas Kęstutis Algirdas Arūnas Rimantas Saulius Žydrūnas Ona Rasa Daiva Asta Audronė Birutė Danutė Eglė Gintarė Giedrė Irena Jolanta Jūratė Lina Rūta Vilma Živilė"
        ),
        "celtic": (
            "Seán Sean Patrick Pádraig Liam Conor Cian Oisín Eoin Declan Brendan Brian Cathal Ciarán Colm Cormac Cillian Darragh Dermot Diarmuid Donal Dónal Eamon Éamon Emmet Enda Eoghan "
            "Fergal Fergus Finbarr Fintan Fionn Gearóid Kevin Lorcan Malachy Niall Oran Rónán Ruairí Rory Séamus Seamus Tadhg Aisling Aoife Áine Bríd Bridget Caitríona Caoimhe Ciara "
            "Clodagh Deirdre Eimear Eilís Fionnuala Gráinne Maeve Mairéad Maura Muireann Niamh Nuala Órla Orla Orlaith Róisín Roisin Saoirse Sinéad Sinead Siobhán Siobhan Sorcha Una Úna "
            "Alasdair Alistair Angus Archibald Callum Cameron Craig Dougal Duncan Euan Ewan Ewen Fraser Gavin Gregor Hamish Iain Keith Kenneth Lachlan Lewis Malcolm Murdo Ruaridh Stuart "
            "Ailsa Catriona Eilidh Fiona Iona Isla Isobel Kirsty Mairi Mhairi Morag Moira Shona Aled Alun Bryn Carwyn Cerys Dafydd Dai Dylan Emlyn Emyr Evan Gareth Geraint Gethin "
            "Glyn Gruffydd Gwilym Gwyn Hywel Huw Idris Ieuan Ifan Iestyn Iolo Iwan Llewelyn Lloyd Meirion Meredydd Owain Rhodri Rhys Trefor Angharad Bethan Bronwen Carys Catrin "
            "Delyth Eirlys Elen Eleri Ffion Glenys Gwenllian Lowri Mair Megan Meinir Myfanwy Nerys Nia Olwen Rhian Rhiannon Seren Sian Siân Sioned Tegan "
        ),
    }.items()
}  # fmt: skip

FAMILY: dict[str, tuple[str, ...]] = {
    culture: tuple(names.split())
    for culture, names in {
        "german": (
            "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann "
            "Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn "
            "Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt "
            "Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer "
            "Ritter Ziegler Eberhardt Faber Freud Gerber Götz Grimm Hauser Heller Hermann Hess Holzmann Kaufmann Kessler Kirchner Kramer Kästner "
            "Lindner Löwe Mahler Metzger Mohr Nagel Naumann Nussbaum Oster Pfaff Probst Rau Reinhardt Riedel Rothschild Sachs Sander Schiffer Schlegel Schiller Schilling Schreiner "
            "Schultheiss Schwab Seifert Steiner Strauss Unger Vetter Wendt Wirth Wurst Zeller Zuckerman Bürki Zürcher Frei Gasser Ammann Aebischer Brunner Meili Egger Gruber "
            "Pichler Moser Hofer Leitner Reiter Haider Auer Wimmer Ebner Eder Brandner Oberhauser"
        ),
        "french": (
            "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia David Bertrand Roux Vincent Fournier Morel Girard André Lefèvre "
            "Mercier Dupont Lambert Bonnet François Martinez Legrand Garnier Faure Rousseau Blanc Guérin Muller Henry Roussel Nicolas Perrin Morin Mathieu Clément Gauthier Dumont Lopez "
            "Fontaine Chevalier Robin Masson Sanchez Gérard Nguyen Boyer Denis Lemaire Duval Joly Gautier Roger Roche Roy Noël Meyer Lucas Meunier Jean Perez Marchand Dufour Blanchard "
            "Marie Barbier Brun Dumas Brunet Schmitt Leroux Colas Fernandez Pierre Arnaud Rolland Caron Aubert Giraud Leclerc Vidal Bourgeois Renaud Lemoine Picard Gaillard Philippe Leclercq "
            "Lacroix Fabre Dupuis Olivier Rodriguez Da Silva Hubert Louis Charles Guillot Rivière Le Gall Guillaume Adam Rey Moulin Gonzalez Berger Lecomte Menard Fleury Deschamps Carpentier "
            "Julien Benoît Paris Maillard Marchal Aubry Vasseur Le Roux Renault Collet Langlois Besnard Delacroix Deneuve Lachance Lafleur Lapointe Lavoie Leblanc Levesque "
            "Montagne Ouellet Pelletier Poirier Savard Sauvage Tremblay Thibault Trudeau Bouchard Gagnon Gagné Côté Bélanger Bergeron Boucher Beaulieu Cloutier Desjardins Fortin Hébert Théberge"
        ),
        "spanish": (
            "García González Rodríguez Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez "
            "Vázquez Ramos Gil Ramírez Serrano Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias Medina Garrido Cortés Castillo Santos Lozano Guerrero "
            "Cano Prieto Méndez Cruz Calvo Gallego Vidal León Márquez Herrera Peña Flores Cabrera Campos Vega Fuentes Carrasco Diez Caballero Reyes Nieto Aguilar Pascual Santana Herrero "
            "Lorenzo Montero Hidalgo Giménez Ibáñez Ferrer Durán Santiago Benítez Mora Vicente Vargas Arias Carmona Crespo Román Pastor Soto Sáez Velasco Moya Soler Parra Esteban Bravo "
            "Gallardo Rojas Acosta Acevedo Aguirre Alarcón Alvarado Angulo Aranda Arroyo Ayala Barrera Barrios Becerra Beltrán Bermúdez Bolaños Bustamante Bustos Cáceres Calderón Camacho "
            "Cárdenas Carrillo Casas Castañeda Cervantes Chávez Cisneros Contreras Córdoba Coronado Correa Cuevas Dávila Enríquez Escobar Espinosa Espinoza Estrada Figueroa Franco Galindo "
            "Galván Gamboa Garza Godoy Guzmán Ibarra Jaramillo Juárez Lara Leal Leiva Luna Macías Maldonado Manzano Mejía Mendoza Meza Miranda Montes Montoya Morán Muñiz Murillo Nájera "
            "Ochoa Ojeda Olivares Oliveros Orozco Osorio Otero Ovalle Pacheco Padilla Palacios Paredes Paz Pineda Pinto Ponce Quintana Quintero Quiroga Rangel Rincón Ríos Rivas Rivera Robles "
            "Rocha Rosales Rosario Salas Salazar Salcedo Saldaña Salinas Sandoval Sepúlveda Sierra Silva Solano Solís Sosa Tapia Tejada Terán Toledo Trejo Trujillo Urbina Uribe Valdez "
            "Valencia Valenzuela Valle Varela Velásquez Vélez Venegas Vera Villa Villalobos Villanueva Villarreal Zamora Zapata Zavala Zúñiga Echeverría Etxebarria Goikoetxea Puig Ferrer"
        ),
        "portuguese": (
            "Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Jesus Sousa Souza Fernandes Gonçalves Gomes Lopes Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira "
            "Correia Mendes Nunes Soares Vieira Monteiro Cardoso Rocha Raposo Neves Coelho Cruz Cunha Pires Ramos Reis Simões Antunes Matos Fonseca Machado Araújo Barbosa Tavares Lourenço "
            "Castro Figueiredo Azevedo Freitas Magalhães Henriques Lima Guerreiro Batista Pinheiro Faria Miranda Barros Morais Nogueira Esteves Anjos Baptista Campos Mota Andrade Brito Sá "
            "Nascimento Leite Abreu Borges Melo Vaz Pinho Vicente Gaspar Assunção Maia Moura Valente Domingues Garcia Carneiro Loureiro Neto Amaral Branco Leal Pacheco Macedo Paiva Torres "
            "Amorim Cavalcanti Dias Duarte Medeiros Queiroz Rezende Sampaio Siqueira Viana Xavier Barreto Bezerra Peixoto"
        ),
        "italian": (
            "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Costa Mancini Giordano Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi "
            "Caruso Ferrara Galli Martini Leone Longo Gentile Martinelli Vitale Lombardo Serra Coppola Marchetti Parisi Villa Conte Ferraro Ferri Fabbri Bianco Marini Grasso Valentini Messina "
            "Sala Gatti Pellegrini Palumbo Sanna Farina Rizzi Monti Cattaneo Morelli Amato Silvestri Mazza Testa Grassi Pellegrino Carbone Giuliani Benedetti Barone Rossetti Caputo Montanari "
            "Guerra Palmieri Bernardi Martino Fiore Ferretti Bellini Basile Riva Donati Piras Vitali Battaglia Sartori Neri Costantini Milani Pagano Ruggiero Sorrentino Orlando Negri Mantovani "
            "Albanese Bassi Bertolini Bonetti Calabrese Capelli Castelli Cirillo Cocco D'Amico D'Angelo Damiani De Luca De Santis Fabbri Falcone Fiorentino Forte Fumagalli Gallucci Giordani "
            "Guidi Lazzari Lupo Marchi Marra Mazzini Melis Merlo Molinari Napolitano Olivieri Orsini Pace Padovesi Palermo Piazza Pinto Poli Pugliese Ricciardi Riccio Rocca Romeo Rota Salerno "
            "Salvi Santini Sartore Scotti Sforza Spina Tedesco Toscani Trevisani Udinesi Valente Venturi Vezzani Villani Zanetti Zito"
        ),
        "dutch": (
            "de Jong Jansen de Vries van den Berg Bakker van Dijk Visser Janssen Smit Meijer de Boer Mulder de Groot Bos Vos Peters Hendriks van Leeuwen Dekker Brouwer de Wit Dijkstra Smits "
            "de Graaf van der Meer Kok Jacobs de Haan Vermeulen van der Heijden van der Linden van Beek de Bruijn de Bruin Schouten van Vliet Willems Hoekstra Koster Verhoeven Prins Huisman "
            "Peeters de Jonge Kuipers van Wijk Postma Martens Kramer Veenstra Wouters Timmermans Post Kuiper Driessen Sanders Groen Gerritsen Bosch Boersma Claes Maes Mertens "
            "Goossens Wauters Desmet Aerts Lambrechts Pauwels Michiels Verbeke Cools Vandenberghe Verstraete Van Damme De Smet Vercammen Hermans Hoogland Hofstra Jonker Koning Kooij Kuyper Molenaar "
            "Nijland Oosterhuis Pol Rietveld Roos Scholten Schipper Spaan Stegeman Terpstra Tuinstra Uittenbogaard Veldman Verweij Wiersma Zeeman Zijlstra"
        ),
        "nordic": (
            "Johansson Andersson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Lindström "
            "Olofsson Lindqvist Lindgren Axelsson Berg Bergström Lundberg Lind Lundgren Lundqvist Mattsson Berglund Fredriksson Sandberg Henriksson Forsberg Sjöberg Wallin Engström Eklund "
            "Danielsson Lundin Håkansson Björk Bergman Gunnarsson Holm Samuelsson Fransson Wikström Isaksson Bergqvist Nyström Holmberg Arvidsson Löfgren Söderberg Nyberg Blomqvist Claesson "
            "Nordström Mårtensson Lundström Viklund Eliasson Berggren Sandström Nordin Ström Åberg Hermansson Ekström Holmgren Hedlund Dahlberg Hellström Sundberg Sjögren Ek Blom Abrahamsson "
            "Öberg Falk Åkesson Dahl Lindholm Norberg Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen Pettersen Eriksen Haugen Hagen Johannessen Andreassen "
            "Jacobsen Halvorsen Jørgensen Henriksen Lund Sørensen Jakobsen Moen Gundersen Iversen Strand Svendsen Solberg Martinsen Knutsen Eide Bakken Kristoffersen Mathisen Lie Rasmussen "
            "Amundsen Kristensen Bakke Lunde Moe Fredriksen Holm Nygård Nygaard Solheim Ruud Sandvik Tveit Aas Aasen Berge Bø Brekke Christensen Nielsen Madsen Poulsen Petersen Christiansen "
            "Thomsen Mortensen Knudsen Møller Jeppesen Lauritsen Schmidt Simonsen Frandsen Laursen Bertelsen Clausen Bruun Kjær Kjeldsen Skov Vestergaard Østergaard Søndergaard "
            "Overgaard Kirkegaard Dalgaard Bech Winther Villadsen Toft Friis Juhl Ravn Krogh Hald Thygesen Villumsen"
        ),
        "icelandic": (
            "Jónsson Jónsdóttir Sigurðsson Sigurðardóttir Guðmundsson Guðmundsdóttir Gunnarsson Gunnarsdóttir Ólafsson Ólafsdóttir Einarsson Einarsdóttir Kristjánsson Kristjánsdóttir Magnússon "
            "Magnúsdóttir Stefánsson Stefánsdóttir Jóhannsson Jóhannsdóttir Björnsson Björnsdóttir Árnason Árnadóttir Bjarnason Bjarnadóttir Helgason Helgadóttir Halldórsson Halldórsdóttir Arnarsson "
            "Gíslason Gísladóttir Ragnarsson Ragnarsdóttir Þórðarson Þórðardóttir Þorsteinsson Þorsteinsdóttir Pétursson Pétursdóttir Haraldsson Haraldsdóttir Karlsson Karlsdóttir Sveinsson Sveinsdóttir "
            "Pálsson Pálsdóttir Tryggvason Eiríksson Eiríksdóttir Hauksson Hauksdóttir Ingason Ingadóttir Steinarsson Thoroddsen Blöndal"
        ),
        "finnish": (
            "Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen Lehtinen Saarinen Salminen Heinonen Niemi Heikkilä Kinnunen Salonen Turunen Salo "
            "Laitinen Tuominen Rantanen Karjalainen Jokinen Mattila Savolainen Lahtinen Ahonen Ojala Leppänen Hiltunen Kallio Väisänen Miettinen Leinonen Pitkänen Aaltonen Manninen Koivisto "
            "Hakala Anttila Laaksonen Hirvonen Räsänen Lehto Laakso Toivonen Rantala Mustonen Aalto Nurminen Partanen Kettunen Peltonen Hänninen Seppälä Lappalainen Kärkkäinen "
            "Lampinen Moilanen Nykänen Oksanen Ollila Parviainen Pesonen Rautiainen Ruotsalainen Saari Sillanpää Tikkanen Vainio Ylönen"
        ),
        "polish": (
            "Nowak Kowalski Kowalska Wiśniewski Wiśniewska Wójcik Kowalczyk Kamiński Kamińska Lewandowski Lewandowska Zieliński Zielińska Szymański Szymańska Woźniak Dąbrowski Dąbrowska "
            "Kozłowski Kozłowska Jankowski Jankowska Mazur Kwiatkowski Kwiatkowska Wojciechowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król Nowakowski Wieczorek "
            "Wróbel Jabłoński Dudek Adamczyk Majewski Nowicki Olszewski Stępień Malinowski Jaworski Pawlak Górski Witkowski Walczak Sikora Baran Rutkowski Michalak Szewczyk Ostrowski Tomaszewski "
            "Pietrzak Duda Zalewski Wróblewski Jasiński Marciniak Bąk Zawadzki Sadowski Jakubowski Wilk Włodarczyk Chmielewski Borkowski Sokołowski Szczepański Szczepańska Sawicki Kucharski Lis "
            "Maciejewski Kubiak Kalinowski Mazurek Wysocki Kołodziej Kaźmierczak Czarnecki Sobczak Konieczny Urbański Głowacki Wasilewski Sikorski Zakrzewski Krajewski Krupa Laskowski Ziółkowski "
            "Gajewski Szulc Makowski Brzeziński Kaczmarczyk Baranowski Przybylski Szymczak Kozak Błaszczyk Borowski Górecki Andrzejewski"
        ),
        "czech": (
            "Novák Nováková Svoboda Svobodová Novotný Novotná Dvořák Dvořáková Černý Černá Procházka Procházková Kučera Kučerová Veselý Veselá Horák Horáková Němec Němcová Pokorný Pokorná "
            "Marek Marková Pospíšil Pospíšilová Hájek Hájková Jelínek Jelínková Král Králová Růžička Růžičková Beneš Benešová Fiala Fialová Sedláček Sedláčková Doležal Doležalová Zeman Zemanová "
            "Kolář Kolářová Krejčí Navrátil Navrátilová Čermák Čermáková Urban Urbanová Vaněk Vaňková Blažek Blažková Kříž Křížová Kratochvíl Kratochvílová Kopecký Kopecká Bartoš Bartošová "
            "Musil Musilová Šimek Šimková Konečný Konečná Malý Malá Holub Holubová Čech Čechová Štěpánek Štěpánková Staněk Staňková Kadlec Kadlecová Dostál Dostálová Soukup Soukupová Šťastný "
            "Šťastná Mareš Marešová Sýkora Sýkorová Moravec Moravcová Tichý Tichá Vávra Vávrová Matoušek Matoušková Bláha Bláhová Říha Říhová Ševčík Ševčíková Bureš Burešová Hruška Hrušková "
            "Mašek Mašková Kováč Kováčová Horváth Horváthová Varga Vargová Tóth Tóthová Nagy Nagyová Baláž Balážová Molnár "
            "Molnárová Lukáč Lukáčová Polák Poláková"
        ),
        "hungarian": (
            "Nagy Kovács Tóth Szabó Horváth Varga Kiss Molnár Németh Farkas Balogh Papp Takács Juhász Lakatos Mészáros Oláh Simon Rácz Fekete Szilágyi Török Fehér Balázs Gál Kis Szűcs Kocsis "
            "Orsós Pintér Fodor Szalai Sipos Magyar Lukács Gulyás Biró Király László Balog Katona Jakab Bogdán Boros Sándor Fazekas Kelemen Váradi Somogyi Antal Orosz Fülöp Veres Vincze Budai "
            "Hegedűs Deák Pap Bálint Pál Illés Szőke Vörös Bognár Vass Lengyel Fábián Bodnár Szücs Hajdu Halász Máté Székely Gáspár Kozma Pásztor Bakos Dudás Major Virág Hegedüs Novák Soós "
            "Barna Nemes Pataki Szentes Tamás Ágoston Bartók Kodály Rózsa Zsoldos"
        ),
        "south_slavic": (
            "Horvat Kovačević Babić Marić Jurić Novak Kovačić Knežević Vuković Marković Petrović Matić Tomić Pavlović Kovač Božić Blažević Grgić Pavić Radić Perić Filipović Šarić Lovrić Vidović "
            "Perković Popović Bošnjak Jukić Barišić Jovanović Nikolić Đorđević Ilić Stojanović Stanković Milošević Živković Janković Stefanović Savić Kostić Mihajlović Simić Mitrović "
            "Todorović Ristić Lukić Bogdanović Vasić Arsić Antić Đukić Mladenović Krstić Krajnc Zupančič Kovačič Potočnik Mlakar Vidmar Kos Golob Turk Božič Kralj Zupan Korošec Hribar Bizjak "
            " Kastelic Oblak Žagar Hočevar Kolar Petek Hodžić Hadžić Čengić Delić Demirović Suljić Ibrahimović Mujić Begić Halilović Dragić Ćosić Modrić Šimić Rakitić"
        ),
        "russian": (
            "Ivanov Ivanova Smirnov Smirnova Kuznetsov Kuznetsova Popov Popova Vasiliev Vasilieva Petrov Petrova Sokolov Sokolova Mikhailov Mikhailova Novikov Novikova Fedorov Fedorova Morozov "
            "Morozova Volkov Volkova Alekseev Alekseeva Lebedev Lebedeva Semenov Semenova Egorov Egorova Pavlov Pavlova Kozlov Kozlova Stepanov Stepanova Nikolaev Nikolaeva Orlov Orlova Andreev "
            "Andreeva Makarov Makarova Nikitin Nikitina Zakharov Zakharova Zaitsev Zaitseva Solovyov Solovyova Borisov Borisova Yakovlev Yakovleva Grigoriev Grigorieva Romanov Romanova Vorobyov "
            "Vorobyova Sergeev Sergeeva Kuzmin Kuzmina Frolov Frolova Alexandrov Alexandrova Dmitriev Dmitrieva Korolev Koroleva Gusev Guseva Kiselev Kiseleva Ilyin Ilyina Maksimov Maksimova "
            "Polyakov Polyakova Sorokin Sorokina Vinogradov Vinogradova Kovalev Kovaleva Belov Belova Medvedev Medvedeva Antonov Antonova Tarasov Tarasova Zhukov Zhukova Baranov Baranova Filippov "
            "Filippova Komarov Komarova Davydov Davydova Belyaev Belyaeva Gerasimov Gerasimova Bogdanov Bogdanova Osipov Osipova Sidorov Sidorova Matveev Matveeva Titov Titova Markov Markova Mironov "
            "Mironova Krylov Krylova Kulikov Kulikova Karpov Karpova Vlasov Vlasova Melnikov Melnikova Denisov Denisova Gavrilov Gavrilova Tikhonov Tikhonova Kazakov Kazakova Afanasiev Afanasieva "
            "Danilov Danilova Dostoevsky Tchaikovsky Rachmaninoff Chekhov Tolstoy Tolstaya Shevchenko Kovalenko Bondarenko "
            "Tkachenko Kravchenko Oliynyk Koval Shevchuk Polishchuk Bondar Tkachuk Moroz Lysenko Rudenko Savchenko Petrenko Marchenko Kovalchuk Ponomarenko Kravchuk Melnyk Savchuk Hrytsenko "
            " Kadyrov Dudayev Maskhadov Umarov Khasanov Akhmadov Alkhanov Uzunov Dimitrov Georgiev Todorov Iliev Stoyanov Hristov Angelov Kolev Yordanov Dimov"
        ),
        "romanian": (
            "Popescu Popa Ionescu Pop Radu Ionel Dumitru Dumitrescu Stan Stoica Gheorghe Matei Ciobanu Rusu Constantin Marin Diaconu Dinu Munteanu Moldovan Toma Florea Ilie Lazăr Georgescu Stanciu "
            "Tudor Sandu Preda Nistor Mocanu Ungureanu Cristea Dobre Oprea Nedelcu Barbu Enache Voicu Rotaru Vasile Manole Ardelean Petrescu Anghel Vlad Iordache Mihai Sava Chiriac Păun Dragomir "
            "Lupu Niculescu Zamfir Albu Avram Bratu Bucur Cojocaru Cosma Crăciun Iacob Luca Marinescu Mihăilescu Nica Olteanu Pascu Roman Simion Ştefan Suciu Tănase"
        ),
        "greek": (
            "Papadopoulos Papadopoulou Georgiou Dimitriou Ioannou Konstantinou Nikolaou Christou Panagiotou Vasiliou Papadakis Papageorgiou Papanikolaou Papaioannou Pappas Karagiannis Vlachos "
            "Makris Oikonomou Economou Angelopoulos Antoniou Athanasiou Alexiou Samaras Stavrou Theodorou Tsipras Katsaros Kyriakou Nikolaidis Petridis Michailidis Ioannidis Pavlidis "
            "Christodoulou Anagnostou Charalambous Hadjigeorgiou Kostopoulos Stathopoulos Zervas Zachariou Diamantis Galanis Giannopoulos Kotsis Laskaris Mavros Mitsotakis"
        ),
        "turkish": (
            "Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özkan Şimşek Polat Korkmaz Çakır Erdoğan Acar Güneş Aktaş Bulut Yalçın "
            "Güler Keskin Tekin Turan Avcı Ünal Işık Bozkurt Taş Coşkun Köse Özer Güneş Sarı Kaplan Aksoy Duman Tunç Ateş Erdem Karaca Toprak Uçar Yavuz Demirci Tuna Uysal Sönmez Başaran Karadağ "
            "Gündoğdu Akın Akar Altun Bayram Bilgin Can Ceylan Duran Eren Ertürk Gök Gül Karakaya Özgür Sezer Soylu Tosun Türk Uzun Varol Yaman Yücel"
        ),
        "arabic": (
            "Al-Ahmad Al-Amin Al-Farsi Al-Fayed Al-Ghamdi Al-Hashimi Al-Jabari Al-Khatib Al-Maktoum Al-Masri Al-Mutairi Al-Najjar Al-Otaibi Al-Qahtani Al-Rashid Al-Saud Al-Sayed Al-Shehri "
            "Al-Zahrani El-Sayed El-Masry Abdallah Abdulaziz Abbas Abboud Abu Ahmad Ahmed Amin Ansari Antar Asad Assad Attia Awad Ayad Aziz Badawi Bakir Baba Bashara Basha Boulos Bitar Botros Cham "
            "Deeb Daher Essa Farah Fakhoury Gaber Ganim Ghannam Ghanem Habib Haddad Hakimi Halabi Hamdan Hamid Hanania Handal Hariri Hassan Hussein Ibrahim Issa Isa Jaber Kanaan Karam Kassab Kassis "
            "Kattan Khalaf Khalil Khan Khouri Khoury Kouri Maalouf Malouf Mansour Masih Maloof Mifsud Mikhail Moghadam Morcos Mustafa Mubarak Nader Nahas Naifeh Najjar Najm Nasser Nassar Nazari "
            "Osman Qureshi Rahal Rahman Said Saeed Salib Saliba Samaha Sarkis Sayegh Sayed Seif Shadid Shalhoub Shamon Shamoun Sharif Shammas Sleiman Srour Tahan Tannous Toma Totah Touma Wasem "
            "Yousef Zogby Benali Benzema Bouzid Haddou Idrissi Lahlou Mansouri Mokhtar Slimani Tazi Toumi Zidane Ziani"
        ),
        "persian": (
            "Ahmadi Hosseini Mohammadi Karimi Rezaei Moradi Hashemi Jafari Kazemi Rahimi Sadeghi Ghorbani Akbari Alizadeh Azizi Bagheri Ebrahimi Farahani Ghasemi Heydari Kiani Mahmoudi Mousavi "
            "Najafi Nazari Norouzi Rostami Safavi Salehi Shirazi Soltani Tabrizi Tehrani Zamani Zand Khatami Pahlavi Esfahani"
        ),
        "indian": (
            "Sharma Verma Gupta Singh Kumar Patel Shah Mehta Joshi Desai Reddy Rao Nair Menon Iyer Iyengar Pillai Mukherjee Banerjee Chatterjee Bose Ghosh Das Dutta Sen Roy Chakraborty Bhattacharya "
            "Sarkar Biswas Mondal Saha Kapoor Khanna Malhotra Chopra Sethi Arora Bajaj Bhatia Chadha Dhawan Gill Grewal Sandhu Sidhu Dhillon Bedi Ahuja Aggarwal Agarwal Agrawal Bansal Goel Goyal "
            "Jain Mittal Singhal Khandelwal Maheshwari Trivedi Pandya Bhatt Dave Parekh Parikh Shukla Mishra Tiwari Pandey Dubey Dwivedi Chaturvedi Tripathi Upadhyay Srivastava Saxena Mathur "
            "Chauhan Rathore Rajput Yadav Thakur Chaudhary Choudhury Jha Sinha Prasad Kulkarni Deshpande Deshmukh Patil Jadhav Pawar Shinde More Kale Gokhale Apte Naik Kamath Shetty Hegde Bhat Pai "
            "Gowda Naidu Chowdary Varma Raju Krishnan Subramanian Ramaswamy Venkataraman Narayanan Natarajan Raghavan Rajan Swaminathan Sundaram Murthy Murthi Thomas Mathew Varghese Kurian Chacko "
            "Fernandes D'Souza Pinto Khan Ansari Siddiqui Qureshi Sheikh Shaikh Pathan Mirza Malik Butt Chaudhry Bhatti Awan Rana Mughal Hashmi Naqvi Zaidi Rizvi Perera Fernando Silva Jayawardena "
            "Wickramasinghe Bandara Rajapaksa Gunawardena Thapa Gurung Shrestha Tamang Rai Adhikari Karki Hossain Islam Rahman Chowdhury Begum Akter Khatun Uddin"
        ),
        "vietnamese": "Nguyen Tran Le Pham Huynh Hoang Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Dinh Trinh Truong Lam Doan Mai Cao Luu Luong Ha Ta Thai Chau Quach Nguyễn Trần Phạm Hoàng Đặng",
        "korean": (
            "Kim Lee Park Choi Jung Jeong Kang Cho Yoon Yun Jang Lim Im Han Oh Seo Shin Kwon Hwang Ahn An Song Ryu Yoo Yu Hong Jeon Jun Ko Koh Moon Yang Son Bae Baek Heo Nam Shim Noh Roh Ha Kwak Sung "
            "Cha Joo Woo Min Gu Koo Na Jin Ji Um Eom Chae Won Cheon Bang Gong Hyun Byun Yeo Choo Do Suk Seok Sun Seol Ma Gil Yeon Wi Pyo Myung Ki Ban Ra Wang Geum Ok Yook In Maeng Je Mo Tak Kook"
        ),
        "japanese": (
            "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Yamaguchi Matsumoto Inoue Kimura Hayashi Shimizu Yamazaki Mori Abe Ikeda Hashimoto "
            "Yamashita Ishikawa Nakajima Maeda Fujita Ogawa Goto Okada Hasegawa Murakami Kondo Ishii Saito Sakamoto Endo Aoki Fujii Nishimura Fukuda Ota Miura Fujiwara Okamoto Matsuda Nakagawa "
            "Nakano Harada Ono Tamura Takeuchi Kaneko Wada Nakayama Ishida Ueda Morita Hara Shibata Sakai Kudo Yokoyama Miyazaki Miyamoto Uchida Takagi Ando Taniguchi Ohno Maruyama Imai Takada "
            "Fujimoto Takeda Murata Ueno Sugiyama Masuda Sugawara Hirano Otsuka Kojima Chiba Kubo Matsui Iwasaki Sakurai Kinoshita Noguchi Matsuo Nomura Kikuchi Sano Onishi Sugimoto Arai "
            "Hamada Ichikawa Furukawa Mizuno Komatsu Shimada Koyama Nishida Kawaguchi Higashi Kitamura Hirata Kawasaki Honda Kawamura Oishi Iida Yoshimura"
        ),
        "chinese": (
            "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Song Tang Han Feng Deng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei "
            "Su Lu Ding Ren Yao Shen Zhong Jin Cui Tan Shi Liao Lai Fan Fang Jia Xia Fu Qiu Qin Bai Zou Meng Xiong Qian Yan Duan Lei Hou Long Tao Gu Mao Hao Gong Shao Wan Qian Dai Mo Kong Xiang Chang "
            "Chan Cheung Wong Lam Ng Leung Lau Ho Tsang Cheng Chow Yip Tam Chu Kwok Kwan Lo Tse Yeung Yuen Mak Fong Siu Hui Poon Tang Choi Ma Chiu Kwong Au Ouyang Zhuge Sima Shangguan Hsu Hsieh Tsai Chiang Chou Lü"
        ),
        "southeast_asian": (
            "Santoso Wijaya Setiawan Hidayat Saputra Kusuma Gunawan Susanto Suryadi Nugroho Wibowo Pratama Siregar Nasution Harahap Simanjuntak Sitompul Lubis Tanjung Halim Hartono Irawan Kurniawan "
            "Utomo Widodo Soekarno Sukarno Wahid Yudhoyono Abdullah Razak Mahathir Ibrahim Rahman Zulkifli Hamzah Osman Aziz Chaiwong Srisai Suwan Thongchai Wongsuwan Saetang Shinawatra Charoenpura "
            "Rattanakosin Bunyasarn Dela Cruz Reyes Bautista Santos Garcia Mendoza Ocampo Aquino Macapagal Magsaysay Marcos Duterte Villanueva Salonga Dimaculangan Manalo Pangilinan Panganiban Tolentino "
            "Magbanua Catacutan Sok Chea Chhay Keo Seng Heng"
        ),
        "african": (
            "Okafor Okoro Okonkwo Eze Nwosu Obi Nwachukwu Onyeka Onwudiwe Uzoma Chukwu Nnamani Adeyemi Adebayo Adewale Adeleke Afolabi Ajayi Akinola Akintola Alabi Balogun Bakare Bamidele Fashola "
            "Ogunleye Ogundipe Okunola Oladipo Olatunji Olawale Oluwole Oyelaran Sowande Soyinka Bello Abubakar Danjuma Dangote Lawal Mohammed Yusuf Mensah Owusu Boateng Asante Osei Appiah Agyeman "
            "Amoah Ansah Antwi Asamoah Acheampong Adjei Addo Frimpong Gyamfi Nkrumah Ofori Opoku Sarpong Kamau Mwangi Njoroge Kariuki Otieno Odhiambo Ochieng Omondi Kimani Kipchoge Koech Cheruiyot "
            "Kiplagat Mutua Musyoka Wafula Wanjala Barasa Mugabe Museveni Nyerere Kenyatta Odinga Tesfaye Bekele Tadesse Haile Gebre Gebreselassie Abebe Alemu Desta Dlamini Nkosi Ndlovu Khumalo Mkhize "
            "Zulu Sithole Mokoena Molefe Mthembu Ngcobo Zuma Mandela Mbeki Ramaphosa Tutu Botha Coetzee Pretorius van Wyk Venter Viljoen Steyn Moyo Sibanda Ncube Chigumba Chikwanha Mutasa Diallo Diop Ndiaye "
            "Fall Sow Ba Sy Cissé Traoré Keita Coulibaly Touré Kone Koné Diarra Camara Bah Barry Sarr Gueye Mbaye Faye Sané Kouyaté Ouattara Ouédraogo Kaboré Sawadogo Eto'o Mbeki Nkunku Kabila"
        ),
        "hebrew": (
            "Cohen Levi Levy Mizrahi Peretz Biton Dahan Avraham Friedman Malka Azoulay Katz Yosef David Amar Ohayon Hadad Gabay Ben-David Adler Klein Levin Shapiro Goldberg Goldstein Rosenberg Rosenthal "
            "Bar-Lev Ben-Ami Barak Netanyahu Rabin Peres Sharon Olmert Dayan Eshkol Meir Herzog Elbaz Segal Shalom Weiss Weizmann Yadin Zilberman Zohar Alon Ashkenazi Ben-Gurion Eisenberg Feldman "
            "Golan Greenberg Harel Hershkowitz Horowitz Kaplan Landau Lapid Mor Nahum Oz Paz Rotem Sasson Shaked Stern Tzur Vaknin Wolfson Yaari"
        ),
        "baltic": (
            "Tamm Saar Sepp Mägi Kask Kukk Rebane Ilves Pärn Koppel Luik Oja Raudsepp Kuusk Karu Kütt Põder Vaher Lepik Kallas Kõiv Laas Mets Ots Pihlak Toom Uibo Bērziņš Kalniņš Ozoliņš Jansons Liepiņš "
            "Krūmiņš Eglītis Balodis Zariņš Pētersons Vītols Kazlauskas Jankauskas Petrauskas Stankevičius Vasiliauskas Žukauskas Butkus Paulauskas Urbonas Kavaliauskas Navickas Sabonis Grybauskaitė "
            "Kazlauskienė Jankauskienė Petrauskaitė"
        ),
        "celtic": (
            "Murphy Kelly O'Sullivan Walsh O'Brien Byrne Ryan O'Connor O'Neill O'Reilly Doyle McCarthy Gallagher Doherty Kennedy Lynch Murray Quinn Moore McLoughlin O'Carroll Connolly Daly O'Connell Wilson "
            "Dunne Brennan Burke Collins Campbell Clarke Johnston Hughes O'Farrell Fitzgerald Brown Martin Maguire Nolan Flynn Thompson O'Callaghan O'Donnell Duffy O'Mahony Boyle Healy O'Shea White Sweeney "
            "Hayes Kavanagh Power McGrath Moran Brady Stewart Casey Foley Fitzpatrick O'Leary McDonnell McMahon Donnelly Regan Donovan Burns Flanagan Mullan Barry Kane Robinson Cunningham Griffin Kenny "
            "Sheehan Ward Whelan Lyons Reid Graham Higgins Cullen Keane King Maher McKenna Bell Scott Hogan O'Keeffe Magee MacNamara MacDonald MacLeod Mackenzie MacKay MacMillan Maclean MacGregor Macpherson "
            "MacIntyre McLean Ferguson Cameron Fraser Grant Munro Sinclair Buchanan Sutherland Drummond Gillespie Abercrombie Carmichael Colquhoun Dalgleish Farquhar Galbraith Guthrie Kincaid Lockhart "
            "Jones Williams Davies Evans Thomas Roberts Lewis Hughes Morgan Griffiths Edwards Owen James Rees Price Lloyd Phillips Parry Llewellyn Pugh Bevan Bowen Gwyn Powell Prosser Pritchard Vaughan Howells"
        ),
    }.items()
}  # fmt: skip

ENGLISH_GIVEN = (
    "Liam Noah Oliver Elijah Mason Logan Aiden Ethan Jayden Jackson Lucas Carter Grayson Hudson Easton Landon Nolan Kai Axel Beckett Bentley Brantley Braxton Brayden Brody Bryson Camden Cayden Cohen Colton "
    "Cooper Crew Dawson Declan Emmett Ezekiel Finnegan Gage Greyson Griffin Holden Hunter Jace Jaden Jaxon Jaxson Kaden Kameron Karter Kayden Kingston Knox Kyler Kyson Lincoln Maddox Maverick Messiah Myles "
    "Nash Parker Paxton Phoenix Quincy Remington Rhett Ryder Ryker Sawyer Silas Sullivan Tate Thatcher Trenton Tucker Waylon Wesley Weston Zander Zayden Zion Olivia Emma Ava Sophia Isabella Mia Charlotte Amelia "
    "Harper Evelyn Abigail Avery Scarlett Aria Penelope Chloe Layla Riley Zoey Nora Lily Eleanor Lillian Addison Aubrey Ellie Stella Natalie Zoe Leah Hazel Violet Aurora Savannah Audrey Brooklyn Bella Skylar "
    "Paisley Everly Nova Genesis Emilia Kennedy Maya Willow Kinsley Naomi Aaliyah Elena Ariana Allison Gabriella Madelyn Cora Ruby Eva Serenity Autumn Adeline Hailey Gianna Isla Eliana Quinn Nevaeh Ivy Piper "
    "Alexa Everleigh Brianna Emery Londyn Delilah Makayla Mackenzie Lyla Arianna Khloe Kylie Raelynn Brielle Rylee Reagan Adalynn Melody Presley Kaylee Kaylin Caitlyn Kaitlin Kayleigh Kiera Keira Lexi Lacey "
    "Alfie Archie Arlo Barnaby Barney Callum Cuthbert Dexter Digby Ewan Freddie Gilbert Giles Harvey Hector Humphrey Hugo Ivor Jasper Jenson Kit Leighton Lennon Magnus Monty Nigel Ollie Piers Ralph Reggie "
    "Rupert Stanley Tarquin Teddy Tristan Wilf Beatrix Bryony Cordelia Cressida Darcey Delilah Dulcie Elspeth Flora Georgina Hattie Henrietta Hermione Honor Jemima Kitty Lottie Maisie Marigold Matilda Mollie "
    "Nancy Ottilie Pippa Posy Primrose Rosalind Saffron Tabitha Tamsin Thea Verity Winnie Zara DeShawn Demarcus Tyrese Keisha Lakisha Latisha Shaniqua Tanisha Tamika Ebony Jermaine Darnell Tremaine Kwame Malik"
).split()  # fmt: skip
